#include "sender.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace program {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Height;
using medchain::Receipt;
using medchain::Result;
using medchain::Submission;
using medchain::TxId;
using medchain::TxStatus;

constexpr std::chrono::milliseconds kBusyPause{100};

void Outcome::describe(Report& report) const {
  report.add("transaction", id.hex());
  if (height) report.add("height", height->value);
  if (!receipt) {
    report.add("status", std::string("accepted"));
    return;
  }
  report.add("status", std::string(to_string(receipt->status)));
  if (receipt->status != TxStatus::kSuccess) {
    report.add("reason", std::string(medchain::describe(receipt->status)));
  }
}

Result<void> Outcome::check() const {
  if (!receipt || receipt->status == TxStatus::kSuccess) return {};
  return Error(ErrorCode::kConflict, fmt::format("transaction {} failed: {} ({})", id.hex(),
                                                 medchain::describe(receipt->status), to_string(receipt->status)));
}

Result<Sender> Sender::create(Session& session, SendOptions options) {
  auto status = session.client.status();
  if (!status) return status.error();
  // Half the window: a node whose height is behind this one's by less than the other half still accepts it.
  std::uint64_t ahead = std::max<std::uint32_t>(status->replay_window / 2, 1);
  return Sender(session, options, Height{options.valid_until.value_or(status->height.value + ahead)});
}

Submission Sender::prepare(medchain::Body body, medchain::Payload payload, TxId& id) const {
  std::array<std::uint8_t, 8> random{};
  medchain::random_bytes(random);
  std::uint64_t salt = 0;
  for (std::uint8_t byte : random) salt = salt << 8 | byte;
  medchain::Transaction transaction{session_->chain(), session_->self(), valid_until_, salt, std::move(body)};
  auto signed_transaction = medchain::sign_transaction(std::move(transaction), session_->identity->signing);
  id = signed_transaction.transaction.id();
  return {medchain::bcs::encode(signed_transaction), std::move(payload)};
}

Result<void> Sender::submit(std::vector<Submission> submissions, std::vector<TxId> ids) {
  using Clock = std::chrono::steady_clock;
  auto deadline = Clock::now() + std::chrono::milliseconds(session_->timeout_ms);
  while (true) {
    auto results = session_->client.submit(submissions);
    if (!results) return results.error();
    if (results->size() != ids.size()) return Error(ErrorCode::kInternal, "the node answered for other submissions");
    std::optional<Error> busy;
    std::size_t left = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto& result = (*results)[i];
      if (result) continue;
      if (result.error().code() != ErrorCode::kUnavailable) return result.error().in("transaction " + ids[i].hex());
      busy = result.error();
      if (left != i) submissions[left] = std::move(submissions[i]);
      ids[left++] = ids[i];
    }
    if (!busy) return {};
    if (Clock::now() >= deadline) return *busy;
    submissions.resize(left);
    ids.resize(left);
    std::this_thread::sleep_for(kBusyPause);
  }
}

std::future<Result<Receipt>> Sender::receipt_of(const TxId& id) {
  return session_->client.wait_receipt_async(id, session_->timeout_ms);
}

Result<Outcome> Sender::wait(const TxId& id, std::future<Result<Receipt>>& receipt) {
  auto final = receipt.get();
  if (!final) return final.error().in("transaction " + id.hex());
  Outcome outcome{id, *final, std::nullopt};
  auto info = session_->client.transaction(id);
  if (!info) return info.error().in("transaction " + id.hex());
  outcome.height = info->height;
  return outcome;
}

Result<Outcome> Sender::send(medchain::Body body, medchain::Payload payload) {
  TxId id;
  Submission submission = prepare(std::move(body), std::move(payload), id);
  std::vector<Submission> one;
  one.push_back(std::move(submission));
  MEDCHAIN_TRY(submit(std::move(one), {id}));
  if (options_.no_wait) return Outcome{id, std::nullopt, std::nullopt};
  return wait(id);
}

Result<Outcome> Sender::wait(const TxId& id) {
  auto receipt = receipt_of(id);
  return wait(id, receipt);
}

Result<void> send_and_report(Session& session, Output& output, const SendOptions& options, medchain::Body body,
                             medchain::Payload payload, Report report) {
  auto sender = Sender::create(session, options);
  if (!sender) return sender.error();
  auto outcome = sender->send(std::move(body), std::move(payload));
  if (!outcome) return outcome.error();
  outcome->describe(report);
  output.print(report);
  return outcome->check();
}

}  // namespace program
