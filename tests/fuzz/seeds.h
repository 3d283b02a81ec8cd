// Valid inputs for every target, made by the library itself. Each part writes those of some targets.
#pragma once

#include <filesystem>
#include <string>

#include "pieces.h"
#include "world.h"

namespace medchain::fuzz {

class Seeds {
 public:
  explicit Seeds(std::filesystem::path root) : root_(std::move(root)) {}

  // The file root/target/name. Ends the program when the disk does not take it.
  void put(const std::string& target, const std::string& name, ByteView bytes);
  void put(const std::string& target, const std::string& name, std::string_view text) { put(target, name, view(text)); }
  void put(const std::string& target, const std::string& name, const Script& script) {
    put(target, name, script.bytes());
  }
  std::size_t count() const { return count_; }

 private:
  std::filesystem::path root_;
  std::size_t count_ = 0;
};

void put_crypto_seeds(Seeds& seeds);    // envelopes, records, key files, texts
void put_ledger_seeds(Seeds& seeds);    // transactions, blocks, proofs, genesis, what is stored
void put_node_seeds(Seeds& seeds);      // messages, scripts of messages
void put_document_seeds(Seeds& seeds);  // FHIR, wearables, HL7 v2, and the gateway that takes them
void put_rpc_seeds(Seeds& seeds);       // calls, answers, handshakes, certificates, configuration

}  // namespace medchain::fuzz
