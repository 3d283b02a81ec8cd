#include "instance.h"

namespace medchain::consensus {

struct Replica::Impl {
  Config config;
  bool work_waiting = false;  // outlives heights: the host reports changes only
  std::optional<Instance> instance;
};

Replica::Replica(Config config) : impl_(std::make_unique<Impl>()) { impl_->config = config; }
Replica::~Replica() = default;
Replica::Replica(Replica&&) noexcept = default;
Replica& Replica::operator=(Replica&&) noexcept = default;

Effects Replica::step(Input input, std::uint64_t now_ms) {
  if (auto* start = std::get_if<EnterHeight>(&input)) {
    impl_->instance.emplace(impl_->config, std::move(*start), impl_->work_waiting, now_ms);
    return impl_->instance->take_effects();
  }
  if (auto* work = std::get_if<WorkWaiting>(&input)) impl_->work_waiting = work->waiting;
  if (!impl_->instance) return {};
  impl_->instance->set_time(now_ms);
  std::visit(
      [&](const auto& i) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(i)>, EnterHeight>) impl_->instance->on(i);
      },
      input);
  return impl_->instance->take_effects();
}

std::optional<std::uint64_t> Replica::deadline_ms() const {
  return impl_->instance ? impl_->instance->deadline_ms() : std::nullopt;
}
Height Replica::height() const { return impl_->instance ? impl_->instance->height() : Height{}; }
View Replica::view() const { return impl_->instance ? impl_->instance->view() : View{}; }
bool Replica::is_leader() const { return impl_->instance && impl_->instance->leads(); }

}  // namespace medchain::consensus
