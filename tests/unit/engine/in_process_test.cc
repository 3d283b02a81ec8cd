// The network in one process, as those who embed it meet it when something is wrong.
#include "medchain/in_process.h"

#include "network.h"

using namespace medchain;
using namespace medchain::test;

TEST_CASE("What does not become final in time is a timeout, and may become final later") {
  Network n(make_test_genesis(4));
  n.lose_quorum();
  auto id = n.net.submit(0, n.transfer(n.institution(0), n.node(1), 7));
  REQUIRE(id);
  CHECK(n.net.run_until_final(*id, 2'000).error().code() == ErrorCode::kTimeout);
  const Height height = n.net.engine(0).height();
  CHECK(n.net.run_until_height(height, 0).ok());
  CHECK(n.net.run_until_height(height.next(), 2'000).error().code() == ErrorCode::kTimeout);
  n.net.connect(2);
  CHECK(n.net.run_until_final(*id)->status == TxStatus::kSuccess);
  CHECK(n.net.run_until_height(height.next()).ok());
}

TEST_CASE("A node whose disk refuses a write ends the network, which says so") {
  Network n(make_test_genesis(4));
  n.net.advance(200);
  n.net.storage(1).fail_writes(true);
  CHECK(n.net.run_until_height(Height{1'000}).error().code() == ErrorCode::kIo);
  const Height height = n.net.engine(0).height();
  CHECK(height < Height{1'000});
  n.net.advance(1'000);
  CHECK(n.net.engine(0).height() == height);
}

TEST_CASE("A node that cannot start again over its disk says why, and starts once the disk is well") {
  Network n(make_test_genesis(4));
  n.net.storage(0).fail_writes(true);
  KeySigner other(test_signing_key("other"));
  n.net.config(0).consensus_key = &other;
  n.net.config(0).begin_vote_log = true;
  CHECK(n.net.crash_and_restart(0).error().code() == ErrorCode::kIo);
  n.net.storage(0).fail_writes(false);
  REQUIRE(n.net.crash_and_restart(0));
  n.net.advance(500);
  n.check_agreement({0, 1, 2, 3});
}
