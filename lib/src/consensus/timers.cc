// Time: when to propose without work, when to give a view up, when to say again what may have been lost.
#include <algorithm>
#include <limits>

#include "instance.h"

namespace medchain::consensus {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

std::uint64_t after(std::uint64_t start_ms, std::uint64_t duration_ms) {
  return duration_ms > kNever - start_ms ? kNever : start_ms + duration_ms;
}

}  // namespace

// Doubles with each view of the height, up to the maximum: at most 64 steps, however huge the view.
std::uint64_t Instance::timeout_ms() const {
  std::uint64_t timeout = std::max<std::uint64_t>(config_.view_timeout_ms, 1);
  for (std::uint64_t view = 0; view < view_.value && timeout < config_.max_view_timeout_ms; ++view) {
    timeout = after(timeout, timeout);
  }
  return std::min(timeout, std::max<std::uint64_t>(config_.max_view_timeout_ms, 1));
}

// In view 0 the leader may idle for idle_ms, unless work waits. In later views it has to act at once.
std::optional<std::uint64_t> Instance::view_deadline_ms() const {
  if (waiting_ && !quorum_since_ms_) return std::nullopt;
  if (view_.value == kNever) return std::nullopt;  // no view is left to change to
  if (waiting_) return after(*quorum_since_ms_, timeout_ms());
  if (view_ > View{}) return after(entered_ms_, timeout_ms());
  return after(std::min(work_since_ms_.value_or(kNever), after(entered_ms_, config_.idle_ms)), timeout_ms());
}

std::optional<std::uint64_t> Instance::proposal_due_ms() const {
  if (view_ > View{} || !leads() || asked_ || announced_ || votes_.proposed) return std::nullopt;
  return work_since_ms_ ? now_ms_ : after(entered_ms_, config_.idle_ms);
}

std::optional<std::uint64_t> Instance::deadline_ms() const {
  if (!active()) return std::nullopt;
  std::uint64_t deadline = kNever;
  if (!sent_.empty() || fetch_) deadline = after(sent_ms_, std::max<std::uint64_t>(config_.resend_ms, 1));
  if (!decision_) {
    deadline = std::min(deadline, view_deadline_ms().value_or(kNever));
    deadline = std::min(deadline, proposal_due_ms().value_or(kNever));
  }
  return deadline == kNever ? std::nullopt : std::optional(deadline);
}

void Instance::on(const WorkWaiting& input) {
  if (!input.waiting) {
    work_since_ms_.reset();
    return;
  }
  if (!work_since_ms_) work_since_ms_ = now_ms_;
  if (active() && !decision_ && !waiting_ && view_ == View{}) ask_for_proposal();
}

void Instance::on(const Tick&) {
  if (!active()) return;
  if (!decision_) {
    if (view_deadline_ms().value_or(kNever) <= now_ms_) return vote_view_change(view_.next());
    if (proposal_due_ms().value_or(kNever) <= now_ms_) ask_for_proposal();
  }
  if (now_ms_ >= after(sent_ms_, std::max<std::uint64_t>(config_.resend_ms, 1))) resend();
}

void Instance::resend() {
  sent_ms_ = now_ms_;
  for (const Message& message : sent_) effects_.push_back(Send{message});
  ask_next_holder();
}

}  // namespace medchain::consensus
