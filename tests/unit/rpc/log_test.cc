// Who speaks in the log, and that what nobody reads is not written.
#include "medchain/rpc/log.h"

#include "medchain/rpc/service.h"
#include "rpc_network.h"

namespace medchain {
namespace {

using namespace test;

TEST_CASE("a line has the module of its log, and the node's without one") {
  std::string lines;
  const rpc::Log log([&](std::string_view level, std::string_view module, std::string_view line) {
    lines.append(level).append(" ").append(module).append(" ").append(line).append("\n");
  });
  log.info("one");
  log.in(rpc::log_module::kIndex).warn("two");
  log.in("own").error("three");
  CHECK(lines == "info node one\nwarn index two\nerror own three\n");
}

TEST_CASE("a debug line is made only for a module whose lines are wanted") {
  std::size_t lines = 0, made = 0;
  const auto sink = [&](std::string_view level, std::string_view, std::string_view line) {
    CHECK(level == "debug");
    CHECK(line == "text");
    ++lines;
  };
  const auto text = [&] {
    ++made;
    return std::string("text");
  };
  rpc::Log(sink).debug(text);
  const rpc::Log log(sink, [](std::string_view module) { return module == "network"; });
  log.debug(text);
  rpc::Log(nullptr, [](std::string_view) { return true; }).debug(text);
  CHECK(made == 0);
  log.in("network").debug(text);
  CHECK(lines == 1);
  CHECK(made == 1);
}

class Example final : public rpc::Service {
 public:
  std::string name() const override { return "example"; }
  std::string listen() const override { return "127.0.0.1:0"; }
  void enter(rpc::ServiceContext context) override { context.log.info("is here"); }
  void leave() override {}
};

TEST_CASE("a node's modules tell what they do, and nobody who it was that came") {
  const KeyPair gateway = test_keys("gateway");
  auto made = make_test_genesis(1, 1);
  add_participant(made, gateway, Role::kGateway, 0, "gateway");
  RpcNetwork network(std::move(made), 1);
  network.node(0).config.services.push_back(std::make_shared<Example>());
  network.node(0).config.log_debug = [](std::string_view module) { return module != "index"; };
  network.start(0);
  CHECK(network.client(0, &gateway).status());
  LogLines& log = network.log(0);
  CHECK(log.wait_for("info node node "));
  CHECK(log.wait_for("debug storage recovered to height 0 in "));
  CHECK(log.wait_for("info example is here\n"));
  CHECK(log.wait_for("debug network 127.0.0.1:"));
  CHECK(log.wait_for(" connected to the client port\n"));
  CHECK(log.wait_for(" left the client port\n"));
  CHECK(log.wait_for("debug consensus block 1 is final: 0 transactions, view 0\n"));
  network.stop(0);
  CHECK(log.all().find("debug index") == std::string::npos);
  CHECK(log.all().find(gateway.address().text()) == std::string::npos);
}

TEST_CASE("every attempt to reach a peer is told to who wants to know, and why it failed once") {
  RpcNetwork network(make_test_genesis(4), 4);
  network.node(0).config.log_debug = [](std::string_view module) { return module == "network"; };
  network.start(0);
  const std::string peer = network.made().validators[1].node.address().text();
  const std::string line = "debug network dialling peer " + peer + " at 127.0.0.1:";
  LogLines& log = network.log(0);
  CHECK(log.wait_for(line));
  const auto attempts = [&] {
    std::size_t count = 0;
    const std::string all = log.all();
    for (auto at = all.find(line); at != std::string::npos; at = all.find(line, at + 1)) ++count;
    return count;
  };
  for (int i = 0; i < 300 && attempts() < 3; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(attempts() >= 3);
  const std::string warning = "warn network cannot connect to peer " + peer, all = log.all();
  const auto first = all.find(warning);
  CHECK(first != std::string::npos);
  CHECK(all.find(warning, first + 1) == std::string::npos);
}

}  // namespace
}  // namespace medchain
