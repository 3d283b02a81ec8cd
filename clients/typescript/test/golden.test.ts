/** The golden files of the C++ tests, which hold version 1 of each format for ever, read and written by this client. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BcsType } from "@mysten/bcs";
import { ed25519 } from "@noble/curves/ed25519.js";
import {
  addressOf,
  Ballot,
  BlockHeader,
  blockHash,
  Body,
  byAddress,
  CertifiedBlock,
  chainId,
  committeeOrderHash,
  committeeSetHash,
  decode,
  encode,
  fromHex,
  Genesis,
  isBound,
  isSigned,
  kStatusNames,
  openEnvelope,
  parseEnvelope,
  readGenesis,
  readPublicKeyFile,
  readSecretKeyFile,
  readTransaction,
  Receipt,
  ReceiptProof,
  recordId,
  sameKey,
  sha256,
  SignedTransaction,
  SigningKey,
  transactionId,
  treeRoot,
  verifyReceipt,
  writeGenesis,
  writePublicKeyFile,
  writeSecretKeyFile,
  type Member,
} from "../src/index.js";
import { assertEveryByteCounts, goldenBytes, goldenText, ledgerGolden, readerOf } from "./support.js";

const kChain = fromHex("c4a1" + "00".repeat(30));

const kBodies: [string, keyof typeof Body.$inferType, string][] = [
  ["transfer", "tokens", "transfer"],
  ["stake", "stake", "stake"],
  ["unstake", "stake", "unstake"],
  ["vote", "stake", "vote"],
  ["stand", "stake", "stand"],
  ["resign", "stake", "resign"],
  ["report_double_vote", "stake", "report_double_vote"],
  ["report_invalid_proposal", "stake", "report_invalid_proposal"],
  ["register", "registry", "register"],
  ["update", "registry", "update"],
  ["rotate_keys", "registry", "rotate_keys"],
  ["suspend", "registry", "suspend"],
  ["reinstate", "registry", "reinstate"],
  ["put", "records", "put"],
  ["grant", "consent", "grant"],
  ["revoke", "consent", "revoke"],
  ["set_readers", "consent", "set_readers"],
];

for (const [name, contract, kind] of kBodies) {
  test(`body ${name}`, () => {
    const encoded = ledgerGolden(`body_${name}`);
    const body = decode(Body, encoded) as any;
    assert.equal(body.$kind, contract);
    assert.equal(body[contract].$kind, kind);
    assert.deepEqual(encode(Body, body), encoded);
  });
}

const kTypes: [string, BcsType<any, any>][] = [
  ["signed_transfer", SignedTransaction],
  ["ballot", Ballot],
  ["certified_block", CertifiedBlock],
  ["header_with_parent", BlockHeader],
  ["receipt", Receipt],
  ["receipt_failed", Receipt],
  ["receipt_proof", ReceiptProof],
  ["genesis", Genesis],
];

for (const [name, type] of kTypes) {
  test(`${type.name} of ${name}: its bytes are read and written again`, () => {
    const encoded = ledgerGolden(name);
    assert.deepEqual(encode(type, decode(type, encoded)), encoded);
  });

  test(`${type.name} of ${name}: nothing before, after or missing`, () => {
    const encoded = ledgerGolden(name);
    for (const wrong of [[0, ...encoded], [...encoded, 0], encoded.subarray(1), encoded.subarray(0, -1)]) {
      assert.throws(() => decode(type, Uint8Array.from(wrong)));
    }
  });
}

test("a ULEB128 that is longer than needed is another encoding, and refused", () => {
  const receipt = ledgerGolden("receipt");
  assert.throws(() => decode(Receipt, Uint8Array.of(0x81, 0x00, ...receipt.subarray(1))), /one encoding/);
});

test("the worked transfer: its id, and its signature", async () => {
  const signed = readTransaction(ledgerGolden("signed_transfer"));
  assert.deepEqual(await transactionId(signed.transaction), ledgerGolden("transfer_id"));
  assert.ok(isSigned(signed));
  assert.equal(signed.transaction.body.tokens!.transfer!.amount, 5n);
});

test("every byte of a signed transaction counts", () =>
  assertEveryByteCounts(ledgerGolden("signed_transfer"), (altered) => assert.ok(isSigned(readTransaction(altered)))));

test("a record's id", async () => {
  const put = decode(Body, ledgerGolden("body_put")).records!.put!;
  const author = await sha256(Uint8Array.of(1)); // the stand-in for an address in the C++ tests
  assert.deepEqual(await recordId(kChain, author, put), ledgerGolden("record_id"));
});

/** The members of the worked block: the C++ tests make their keys of 32 equal bytes. */
async function members(): Promise<Member[]> {
  const keys = [60, 61, 62, 63].map((seed) => ed25519.getPublicKey(new Uint8Array(32).fill(seed)));
  const signing = keys.map((key) => decode(SigningKey, Uint8Array.of(0, ...key)));
  const validators = await Promise.all(signing.map(addressOf));
  return signing.map((consensus_key, i) => ({ validator: validators[i]!, consensus_key })).sort(byAddress);
}

test("a committee: its set, its order", async () => {
  const set = await members();
  assert.deepEqual(await committeeSetHash(set), ledgerGolden("committee_set"));
  const order = [set[2]!, set[1]!, set[0]!, set[3]!];
  assert.deepEqual(await committeeOrderHash(order), ledgerGolden("committee_order"));
});

test("the worked receipt proof", async () => {
  const anchor = { chain: kChain, height: 1n, members: await members() };
  const proof = ledgerGolden("receipt_proof");
  const { receipt, handovers } = await verifyReceipt(proof, anchor);
  assert.deepEqual([kStatusNames[receipt.status], handovers], ["success", 0]);
  await assertEveryByteCounts(proof, (altered) => verifyReceipt(altered, anchor));
});

test("a block: its hash, and the roots of what it holds", async () => {
  const { block } = decode(CertifiedBlock, ledgerGolden("certified_block"));
  assert.deepEqual(await blockHash(block.header), ledgerGolden("block_hash"));
  assert.deepEqual(await treeRoot(block.transactions), block.header.transactions_root);
  assert.deepEqual(await treeRoot([ledgerGolden("receipt")]), block.header.receipts_root);
});

test("a genesis: its text, its bytes, the chain's id", async () => {
  const text = Buffer.from(ledgerGolden("genesis_json")).toString();
  const { genesis, chain } = await readGenesis(text);
  assert.deepEqual(encode(Genesis, genesis), ledgerGolden("genesis"));
  assert.deepEqual(chain, ledgerGolden("genesis_chain_id"));
  assert.deepEqual(await chainId(genesis), chain);
  assert.equal(await writeGenesis(genesis), text);
  await assertEveryByteCounts(ledgerGolden("genesis_json"), (altered) => readGenesis(Buffer.from(altered).toString()));
});

test("the names of statuses are those of docs/errors.md", () => {
  const table = goldenText("docs/errors.md").split("## Transaction statuses")[1]!;
  const rows = [...table.matchAll(/^\| (\d+) \| `(\w+)` \|/gm)];
  assert.deepEqual(
    rows.map((row) => row[2]),
    kStatusNames,
  );
  assert.deepEqual(
    rows.map((row) => Number(row[1])),
    [...kStatusNames.keys()],
  );
});

// --- keys and envelopes

const kVectors = "tests/vectors/golden";

for (const name of ["alice", "bob"]) {
  test(`the key files of ${name}`, async () => {
    const secret = goldenText(`${kVectors}/${name}.key`);
    const keys = await readSecretKeyFile(secret);
    assert.equal(await writeSecretKeyFile(keys), secret);
    assert.ok(isBound(keys.publicKeys));
    const text = goldenText(`${kVectors}/${name}.pub`);
    const publicKeys = await readPublicKeyFile(text);
    assert.equal(await writePublicKeyFile(publicKeys), text);
    assert.ok(isBound(publicKeys) && sameKey(publicKeys.signing, keys.publicKeys.signing));
  });

  test(`the worked envelope, opened by ${name}`, async () => {
    const reader = await readerOf(await readSecretKeyFile(goldenText(`${kVectors}/${name}.key`)));
    const opened = await openEnvelope(goldenBytes(`${kVectors}/envelope.hex`), reader);
    assert.deepEqual(
      opened.plaintext,
      Uint8Array.from({ length: 300 }, (_, i) => i % 256),
    );
    const carol = await readPublicKeyFile(goldenText(`${kVectors}/carol.pub`));
    assert.deepEqual(opened.author, carol.signing);
  });
}

test("every byte of the worked envelope counts", async () => {
  const bob = await readerOf(await readSecretKeyFile(goldenText(`${kVectors}/bob.key`)));
  await assertEveryByteCounts(goldenBytes(`${kVectors}/envelope.hex`), (altered) => openEnvelope(altered, bob));
});

test("the worked envelope ends where it ends", async () => {
  const envelope = goldenBytes(`${kVectors}/envelope.hex`);
  assert.throws(() => parseEnvelope(Uint8Array.of(...envelope, 0)));
  for (let size = 0; size < envelope.length; size++) assert.throws(() => parseEnvelope(envelope.subarray(0, size)));
});
