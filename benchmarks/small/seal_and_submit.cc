// The whole of what a small gateway does with a record, to see how large that makes a program: benchmarks/size builds
// it, links it statically and weighs it.
//
//   seal-and-submit CHAIN_ID < document > submission
//
// Makes the keys of a gateway and of a patient, seals the document to the patient, and writes the signed submission:
// the body that POST /v1/transactions takes as application/octet-stream (docs/http.md). It has no network of its own,
// which would need TLS; a host sends the bytes. Before that it opens and checks what it made, as a reader and a node
// would.
#include <cstdio>
#include <string>

#include "medchain/sealing.h"
#include "medchain/signatures.h"
#include "medchain/transaction.h"

using namespace medchain;

namespace {

struct Submission {  // as medchain/peer_message.h has it, in a component that a small gateway can do without
  Bytes transaction;
  Payload payload;
  MEDCHAIN_FIELDS(transaction, payload)
};

int failed(const char* doing, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", doing, error.message().c_str());
  return 1;
}

Bytes standard_input() {
  Bytes all(1 << 20);
  all.resize(std::fread(all.data(), 1, all.size(), stdin));
  return all;
}

Result<Submission> sealed_submission(ByteView document, const ChainId& chain, const KeyPair& gateway,
                                     const KeyPair& patient) {
  Put put;
  put.subject = patient.address();
  put.kind = RecordKind::kVitals;
  random_bytes(put.nonce);
  const RecordContext record{chain, record_id(chain, gateway.address(), put)};
  auto sealed = seal_record(document, {patient.public_keys()}, record, gateway.signing);
  if (!sealed) return sealed.error();
  Payload payload{{sealed->body, bcs::encode(sealed->wraps[0])}};
  put.readers = {patient.address()};
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = sealed->content_commitment;
  Transaction transaction{chain, gateway.address(), Height{100}, /*salt=*/1, RecordsBody{put}};
  return Submission{bcs::encode(sign_transaction(transaction, gateway.signing)), payload};
}

// As the node does that takes it, and then the patient.
Result<Bytes> checked(const Submission& submission, const KeyPair& patient) {
  auto parsed = parse_transaction(submission.transaction);
  if (!parsed) return parsed.error();
  const ParsedTransaction& transaction = **parsed;
  if (!verify_transaction(transaction, real_signatures())) {
    return Error(ErrorCode::kAuthentication, "the signature of the transaction is not good");
  }
  MEDCHAIN_TRY(check_payload(transaction.transaction().body, submission.payload));
  auto wrap = bcs::decode<Wrap>(submission.payload.parts[1]);
  if (!wrap) return wrap.error();
  const Put& put = std::get<Put>(std::get<RecordsBody>(transaction.transaction().body));
  auto opened = open_record(submission.payload.parts[0], *wrap, put.content_commitment, patient);
  if (!opened) return opened.error();
  return std::move(opened->plaintext);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: seal-and-submit CHAIN_ID < document > submission\n");
    return 2;
  }
  auto chain = ChainId::from_hex(arguments[1], "chain id");
  if (!chain) return failed("reading the chain's id", chain.error());
  const KeyPair gateway = KeyPair::generate(KeyAlgorithm::kP256), patient = KeyPair::generate(KeyAlgorithm::kP256);
  const Bytes document = standard_input();
  auto submission = sealed_submission(document, *chain, gateway, patient);
  if (!submission) return failed("sealing", submission.error());
  auto opened = checked(*submission, patient);
  if (!opened) return failed("checking", opened.error());
  if (*opened != document)
    return failed("checking", Error(ErrorCode::kCorrupt, "what was opened is not what was sealed"));
  const Bytes bytes = bcs::encode(*submission);
  return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() ? 0 : 1;
}
