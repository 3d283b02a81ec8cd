// Sealer and Opener, the streaming forms.
#include "envelope_reader.h"
#include "envelope_writer.h"

namespace medchain {

struct Sealer::State {
  envelope::EnvelopeWriter writer;
};

Sealer::Sealer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

Result<Sealer> Sealer::create(const std::vector<PublicKeys>& readers, const SealOptions& options, Sink sink) {
  SealContext context;
  if (options.record) {
    context = *options.record;
  } else {
    context = FileContext{random_fixed<32, FileIdTag>()};
  }
  auto plan = envelope::make_plan(readers, context, options.chunk_size, options.author);
  if (!plan) return plan.error();
  auto state = std::make_unique<State>(State{{std::move(*plan), std::move(sink)}});
  MEDCHAIN_TRY(state->writer.start());
  return Sealer(std::move(state));
}

Result<void> Sealer::write(ByteView plaintext) { return state_->writer.write(plaintext); }
Result<void> Sealer::finish() { return state_->writer.finish(); }

struct Opener::State {
  envelope::EnvelopeReader reader;
};

Opener::Opener(const KeyPair& reader, Sink sink) : state_(new State{{reader, std::move(sink)}}) {}
Opener::Opener(Opener&&) noexcept = default;
Opener& Opener::operator=(Opener&&) noexcept = default;
Opener::~Opener() = default;

Result<void> Opener::write(ByteView envelope_part) { return state_->reader.write(envelope_part); }
Result<Opened> Opener::finish() { return state_->reader.finish(); }

}  // namespace medchain
