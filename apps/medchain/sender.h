// Composing, signing and submitting transactions, and waiting for what became of them.
#pragma once

#include <optional>

#include "output.h"
#include "session.h"

namespace program {

// Options of every command that sends a transaction.
struct SendOptions {
  bool no_wait = false;
  std::optional<std::uint64_t> valid_until;  // height; otherwise half the replay window ahead of the node's
};

// {transaction, height, status, sentence} or, not waited for, {transaction, status: "accepted"}.
struct Outcome {
  medchain::TxId id;
  std::optional<medchain::Receipt> receipt;
  std::optional<medchain::Height> height;

  void describe(Report& report) const;
  // kConflict with the receipt's sentence when the transaction failed.
  medchain::Result<void> check() const;
};

class Sender {
 public:
  // `session` is borrowed.
  static medchain::Result<Sender> create(Session& session, SendOptions options);

  medchain::Submission prepare(medchain::Body body, medchain::Payload payload, medchain::TxId& id) const;
  // All or an error: asks again, until the timeout, while the node is too busy to take them.
  medchain::Result<void> submit(std::vector<medchain::Submission> submissions, std::vector<medchain::TxId> ids);
  medchain::Result<Outcome> wait(const medchain::TxId& id, std::future<medchain::Result<medchain::Receipt>>& receipt);
  medchain::Result<Outcome> wait(const medchain::TxId& id);
  std::future<medchain::Result<medchain::Receipt>> receipt_of(const medchain::TxId& id);

  // The whole of it for one transaction.
  medchain::Result<Outcome> send(medchain::Body body, medchain::Payload payload);
  const SendOptions& options() const { return options_; }

 private:
  Sender(Session& session, SendOptions options, medchain::Height valid_until)
      : session_(&session), options_(options), valid_until_(valid_until) {}
  Session* session_;
  SendOptions options_;
  medchain::Height valid_until_;
};

// Sends one transaction and prints its outcome below `report`'s fields. A failed receipt is an error.
medchain::Result<void> send_and_report(Session& session, Output& output, const SendOptions& options,
                                       medchain::Body body, medchain::Payload payload, Report report);

}  // namespace program
