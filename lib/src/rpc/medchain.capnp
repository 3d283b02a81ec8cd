# How nodes and clients of MedChain talk: two-party Cap'n Proto RPC over TLS. FORMAT.md, beside this file, tells what is
# signed, which bytes a Data field holds and what limits apply.
#
# A node listens on two ports and offers an Entrance on both: on the peer port to other nodes (mutual TLS), on the
# client port to participants and guests (TLS of the node only). Structures of the ledger travel as their canonical
# bytes (BCS) in Data fields, so that what is hashed, signed and stored is what is sent.
#
# What can go wrong in operation is an answer (Failure), never an exception; an exception means that the connection is
# of no more use.
@0xe47c1f0d5b3a9682;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("medchain::rpc::schema");

struct Failure {
  # Why not: the stable code of medchain/result.h, and a sentence for people.
  code @0 :UInt16;  # 0: no failure
  message @1 :Text;
}

struct Answer {
  union {
    value @0 :Data;  # BCS of the type named at the method
    failure @1 :Failure;
  }
}

enum Purpose {
  client @0;
  peer @1;
}

interface Entrance {
  # The bootstrap interface of every connection. It is passed once: hello, then one of the other three.

  hello @0 (protocol :UInt16, purpose :Purpose, chain :Data, address :Data, nonce :Data) -> (welcome :Answer);
  # `protocol`: 1. `chain`: 32 bytes, or empty when the caller takes any. `address`: 32 bytes, whom the caller is going
  # to prove to be, or empty for a guest. `nonce`: 32 random bytes. The value is a BCS Welcome: who the node is, and its
  # proof for this connection.

  guest @1 () -> (session :ClientService, failure :Failure);
  # Without a proof: status, committee and blocks only.

  enter @2 (key :Data, proof :Data) -> (session :ClientService, failure :Failure);
  # `key`: BCS of the caller's current SigningPublicKey. `proof`: its signature. kAuthentication: the proof is wrong.
  # kPermissionDenied: right, but not a registered participant in good standing.

  enterPeer @3 (key :Data, proof :Data, callback :PeerService) -> (peer :PeerService, failure :Failure);
  # Both sides then call each other. kUnavailable: connected already, and that connection has precedence.
}

interface PeerService {
  # What one node hears from another: each message is the BCS of a PeerMessage. The methods differ in what they carry.

  consensus @0 (message :Data) -> stream;
  # Proposals, votes, view changes.

  transactions @1 (message :Data) -> stream;
  # Relayed to the sitting producers.

  blocks @2 (message :Data) -> stream;
  # Status, requests for blocks and proposals, and what answers them.

  payloads @3 (message :Data) -> stream;
  # Requests for payloads, and payloads.
}

interface ClientService {
  # What a participant may ask. The types named are those of medchain/rpc/client.h; ids and addresses are 32 bytes.
  # Whatever the caller's role does not let it see is kPermissionDenied.

  submit @0 (submissions :List(Data)) -> (answers :List(Answer));
  # Each a BCS Submission; answered in order, each with a TxId when accepted into the mempool (not yet final).

  waitReceipt @1 (transaction :Data, withinMs :UInt64) -> (answer :Answer);
  # Receipt, as soon as the transaction is final on this node; kTimeout.

  status @2 () -> (answer :Answer);
  # NodeStatus

  committee @3 () -> (answer :Answer);
  # Committee of the next height

  block @4 (height :UInt64, latest :Bool) -> (answer :Answer);
  # BlockSummary; with `latest`, of the last final block.

  transaction @5 (id :Data) -> (answer :Answer);
  # TransactionInfo

  receiptProof @6 (id :Data) -> (answer :Answer);
  # ReceiptProof

  account @7 (address :Data) -> (answer :Answer);
  # AccountInfo

  record @8 (id :Data) -> (answer :Answer);
  # RecordInfo

  fetch @9 (id :Data) -> (answer :Answer);
  # ReleasedRecord: the sealed body and the caller's own wrap.

  stateProof @10 (contract :UInt8, key :Data) -> (answer :Answer);
  # The bytes of StateProof::encode().

  subscribe @11 (filter :Data, next :Data, withinMs :UInt64) -> (answer :Answer);
  # EventBatch: what has become final from `next` (BCS EventPosition) on and passes `filter` (BCS EventFilter), as soon as
  # there is any; none after `withinMs`. `next` may be empty: what becomes final from now on. A subscriber asks again, with
  # the `next` of the batch before, and so reads as fast as it can and no faster.
}
