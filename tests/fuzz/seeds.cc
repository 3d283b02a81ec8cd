// usage: fuzz_seeds FOLDER
#include "seeds.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace medchain::fuzz {

void Seeds::put(const std::string& target, const std::string& name, ByteView bytes) {
  const std::filesystem::path folder = root_ / target;
  std::filesystem::create_directories(folder);
  std::ofstream file(folder / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) {
    std::cerr << "fuzz_seeds: cannot write " << (folder / name) << "\n";
    std::exit(1);
  }
  ++count_;
}

}  // namespace medchain::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  medchain::fuzz::Seeds seeds(argv[1]);
  put_crypto_seeds(seeds);
  put_ledger_seeds(seeds);
  put_node_seeds(seeds);
  put_rpc_seeds(seeds);
  put_document_seeds(seeds);
  std::cout << seeds.count() << " seeds in " << argv[1] << "\n";
}
