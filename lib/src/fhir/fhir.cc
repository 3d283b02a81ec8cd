#include "medchain/fhir.h"

#include <algorithm>

#include "classify.h"
#include "validate.h"

namespace medchain::fhir {
namespace {

using json::Node;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

Error too_many(std::size_t count, std::string_view what) {
  return {ErrorCode::kTooLarge, std::to_string(count) + " " + std::string(what) + ", at most " +
                                    std::to_string(kMaxResources) + " are allowed"};
}

Resource describe(const Node& resource, std::size_t offset) {
  return {.offset = offset + resource.offset(),
          .size = resource.raw().size(),
          .type = resource.text_of("resourceType"),
          .id = resource.text_of("id"),
          .kind = kind_of(resource),
          .time_ms = time_of(resource)};
}

Result<Document> read_bundle(const Node& bundle, std::size_t offset) {
  Document document;
  document.bundle_type = bundle.text_of("type");
  const auto entries = bundle.find("entry");
  if (!entries) return document;
  for (const Node& entry : entries->children()) {
    if (const auto resource = entry.find("resource")) document.resources.push_back(describe(*resource, offset));
  }
  return document;
}

// `offset` is that of `text` in the bytes the caller gave.
Result<Document> read_json(std::string_view text, std::size_t offset) {
  auto parsed = json::Document::parse(text);
  if (!parsed) return parsed.error();
  const Node root = parsed->root();
  const bool is_bundle = root.text_of("resourceType") == "Bundle";
  if (const auto entries = root.find("entry"); is_bundle && entries && entries->size() > kMaxResources) {
    return too_many(entries->size(), "entries");
  }
  MEDCHAIN_TRY(validate(root));
  if (is_bundle) return read_bundle(root, offset);
  Document document;
  document.resources.push_back(describe(root, offset));
  return document;
}

Result<void> read_line(std::string_view line, std::size_t offset, Document& document) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  auto parsed = json::Document::parse(line);
  if (!parsed) return parsed.error();
  MEDCHAIN_TRY(validate(parsed->root()));
  document.resources.push_back(describe(parsed->root(), offset));
  return {};
}

Result<Document> read_ndjson(std::string_view text, std::size_t offset) {
  Document document;
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    auto line = read_line(text.substr(begin, end - begin), offset + begin, document);
    if (!line) return line.error().in("line " + std::to_string(number));
    if (document.resources.size() > kMaxResources) return too_many(document.resources.size(), "lines");
    begin = end + 1;
  }
  if (document.resources.empty()) return Error(ErrorCode::kMalformed, "no line holds a resource");
  return document;
}

}  // namespace

Result<Document> read(ByteView document, Form form, std::size_t max_bytes) {
  const std::size_t most = std::min(max_bytes, kMaxDocumentBytes);
  if (document.size() > most) {
    return Error(ErrorCode::kTooLarge,
                 std::to_string(document.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
  }
  std::string_view content = text(document);
  std::size_t offset = 0;
  // RFC 8259 section 8.1 lets readers ignore it, and some systems write it.
  if (content.starts_with(kByteOrderMark)) offset = kByteOrderMark.size();
  content.remove_prefix(offset);
  return form == Form::kNdjson ? read_ndjson(content, offset) : read_json(content, offset);
}

}  // namespace medchain::fhir
