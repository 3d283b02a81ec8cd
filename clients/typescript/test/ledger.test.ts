/** Transactions, blocks and receipts of a running network; and transactions for it. */
import assert from "node:assert/strict";
import {
  addressOf,
  BlockHeader,
  blockHash,
  BlockSummary,
  byAddress,
  CertifiedBlock,
  checkFinal,
  committeeOrderHash,
  committeeSetHash,
  concat,
  contentCommitment,
  copy,
  decode,
  encode,
  firstCommittee,
  formatAddress,
  fromHex,
  genesisAnchor,
  isSenderFirstKey,
  isSigned,
  kStatusNames,
  openEnvelope,
  parseAddress,
  payloadOf,
  readGenesis,
  readTransaction,
  Receipt,
  ReceiptProof,
  recordId,
  sealRecord,
  SignedTransaction,
  signTransaction,
  Submission,
  toHex,
  transactionId,
  treeRoot,
  verify,
  verifyReceipt,
  webcrypto,
  type Bytes,
  type KeyPair,
  type TransactionInput,
} from "../src/index.js";
import { giveBack, isAltered, keysOf, ledgerTest, material, materialText, told } from "./material.js";
import { assertEveryByteCounts, flipped, readerOf } from "./support.js";

ledgerTest("the genesis gives the chain, and block 1 names its committee", async () => {
  const { genesis, chain } = await readGenesis(materialText("genesis.json"));
  assert.equal(toHex(chain), told.chain);
  const order = await firstCommittee(genesis);
  assert.equal(order.length, 4);
  const { header } = decode(BlockSummary, material(told.blocks[0]!.file));
  assert.deepEqual(header.committee_set, await committeeSetHash([...order].sort(byAddress)));
  assert.deepEqual(header.committee_order, await committeeOrderHash(order));
});

ledgerTest("a genesis with any byte altered is refused", async () => {
  if (isAltered) return;
  const text = Buffer.from(materialText("genesis.json"));
  await assertEveryByteCounts(text, (altered) => readGenesis(Buffer.from(altered).toString("utf8")));
});

for (const { file, id } of told.transactions) {
  ledgerTest(`${file}: read, written again, its id and signature`, async () => {
    const signed = readTransaction(material(file));
    assert.deepEqual(encode(SignedTransaction, signed), material(file));
    assert.equal(toHex(await transactionId(signed.transaction)), id);
    assert.equal(toHex(signed.transaction.chain), told.chain);
    assert.ok(isSigned(signed) && (await isSenderFirstKey(signed)));
  });
}

ledgerTest("every byte of a transaction counts, of either algorithm", async () => {
  if (isAltered) return;
  const algorithms = new Set<string>();
  for (const { file } of told.transactions) {
    algorithms.add(readTransaction(material(file)).key.$kind);
    await assertEveryByteCounts(material(file), (altered) => assert.ok(isSigned(readTransaction(altered))));
  }
  assert.deepEqual([...algorithms].sort(), ["Ed25519", "P256"]);
});

for (const { file, expected, transactions } of told.blocks) {
  ledgerTest(`${file}: with its transactions, the block and its certificate`, async () => {
    const { header, certificate } = decode(BlockSummary, material(file));
    const block = { header, transactions: transactions.map((text) => copy(Buffer.from(text, "base64"))) };
    assert.equal(block.transactions.length, header.transaction_count);
    assert.deepEqual(await treeRoot(block.transactions), header.transactions_root);
    const certified = decode(CertifiedBlock, encode(CertifiedBlock, { version: 1, block, certificate }));
    assert.deepEqual(certified.block.transactions, block.transactions);
    assert.deepEqual(await blockHash(certified.block.header), fromHex(expected.hash));
  });

  ledgerTest(`${file}: read, written again, its hash and receipts`, async () => {
    const summary = decode(BlockSummary, material(file));
    assert.deepEqual(encode(BlockSummary, summary), material(file));
    const { header } = summary;
    assert.deepEqual(decode(BlockHeader, encode(BlockHeader, header)), header);
    assert.deepEqual(await blockHash(header), summary.hash);
    assert.equal(toHex(summary.hash), expected.hash);
    assert.equal(header.height, BigInt(expected.height));
    assert.equal(formatAddress(header.producer), expected.producer);
    assert.equal(toHex(header.state_root), expected.state_root);
    assert.deepEqual(
      summary.certificate.votes.map(({ member }) => String(member)),
      expected.signers,
    );
    assert.deepEqual(await treeRoot(summary.receipts.map((receipt) => encode(Receipt, receipt))), header.receipts_root);
    const listed = summary.receipts.map(({ transaction, status }) => ({
      transaction: toHex(transaction),
      status: kStatusNames[status],
    }));
    assert.deepEqual(listed, expected.transactions);
  });
}

ledgerTest("a block is final by the genesis' committee, and every byte of header and certificate counts", async () => {
  const { chain, members } = await genesisAnchor(materialText("genesis.json"));
  const encoded = material(told.blocks[0]!.file);
  const check = async (bytes: Bytes) => {
    const summary = decode(BlockSummary, bytes);
    await checkFinal(summary.header, summary.certificate, members, chain);
    assert.deepEqual(await blockHash(summary.header), summary.hash);
    assert.deepEqual(await treeRoot(summary.receipts.map((r) => encode(Receipt, r))), summary.header.receipts_root);
  };
  await check(encoded);
  if (!isAltered) await assertEveryByteCounts(encoded, check);
});

// --- receipts

for (const { file, handovers, expected } of told.receipts) {
  ledgerTest(`${file}: verified from the genesis, across ${handovers} handovers`, async () => {
    const verified = await verifyReceipt(material(file), await genesisAnchor(materialText("genesis.json")));
    assert.equal(verified.handovers, handovers);
    assert.equal(toHex(verified.receipt.transaction), expected.transaction);
    assert.equal(kStatusNames[verified.receipt.status], expected.status);
    assert.equal(verified.header.height, BigInt(expected.height!));
    assert.equal(toHex(await blockHash(verified.header)), expected.block);
    assert.equal(formatAddress(verified.transaction.transaction.sender), expected.sender);
    assert.deepEqual(encode(ReceiptProof, decode(ReceiptProof, material(file))), material(file));
  });
}

ledgerTest("receipts cover no, one and two handovers, and a block with a tree", () => {
  assert.deepEqual([...new Set(told.receipts.map(({ handovers }) => handovers))], [0, 1, 2]);
  const last = decode(ReceiptProof, material("many.receipt"));
  assert.ok(last.count > 1 && last.transaction_path.length > 0);
});

ledgerTest("every byte of a receipt proof counts", async () => {
  if (isAltered) return;
  const anchor = await genesisAnchor(materialText("genesis.json"));
  // One verification takes milliseconds; a prime step meets every field of the longer proof.
  for (const [file, step] of [
    ["bob-transfers.receipt", 1],
    ["many.receipt", 13],
  ] as const) {
    await assertEveryByteCounts(material(file), (altered) => verifyReceipt(altered, anchor), step);
  }
});

ledgerTest("receipts with something left out, put in twice, or of another chain are refused", async () => {
  const anchor = await genesisAnchor(materialText("genesis.json"));
  const proof = () => decode(ReceiptProof, material("many.receipt"));
  const alterations: ((p: ReturnType<typeof proof>) => void)[] = [
    (p) => p.handovers.pop(),
    (p) => p.handovers.shift(),
    (p) => p.handovers.reverse(),
    (p) => p.handovers.push(p.handovers[0]!),
    (p) => p.handovers[0]!.next_members.reverse(),
    (p) => (p.certificate.votes = p.certificate.votes.slice(0, 2)),
    (p) => (p.certificate.votes = [p.certificate.votes[0]!, p.certificate.votes[0]!, p.certificate.votes[1]!]),
    (p) => (p.certificate = p.handovers[0]!.certificate),
    (p) => (p.header = p.handovers[0]!.header),
    (p) => p.transaction_path.pop(),
    (p) => p.receipt_path.push(p.receipt_path[0]!),
    (p) => (p.index = p.count),
    (p) => (p.receipt.status = 1),
  ];
  await verifyReceipt(encode(ReceiptProof, proof()), anchor);
  for (const alter of alterations) {
    const altered = proof();
    alter(altered);
    await assert.rejects(verifyReceipt(encode(ReceiptProof, altered), anchor), String(alter));
  }
  await assert.rejects(verifyReceipt(material("many.receipt"), { ...anchor, chain: flipped(anchor.chain, 0) }));
  await assert.rejects(verifyReceipt(material("many.receipt"), { ...anchor, members: anchor.members.slice(1) }));
});

ledgerTest("a validator that stands shows that it has the consensus key", () => {
  const { transaction } = readTransaction(material("stand.transaction"));
  const { consensus_key, possession } = transaction.body.stake!.stand!;
  const { chain, sender } = transaction;
  assert.ok(verify(consensus_key, "medchain/consensus-key/v1", chain, sender, possession));
});

// --- a record

ledgerTest("a record: opened by its readers, bound to its id, and its commitment is the ledger's", async () => {
  const { file, plain, id } = told.record!;
  const { transaction } = readTransaction(material("put.transaction"));
  const put = transaction.body.records!.put!;
  assert.equal(toHex(await recordId(transaction.chain, transaction.sender, put)), id);
  const opened = await openEnvelope(material(file), await readerOf(await keysOf("bob")));
  assert.deepEqual(opened.plaintext, material(plain));
  assert.deepEqual(opened.context.record!.record, fromHex(id));
  assert.deepEqual(await addressOf(opened.author!), transaction.sender);
  assert.deepEqual(
    await contentCommitment(opened.contentKey, opened.context, opened.plaintext),
    put.content_commitment,
  );
});

// --- transactions of this client

function salt(): bigint {
  return new DataView(webcrypto.getRandomValues(new Uint8Array(8)).buffer).getBigUint64(0);
}

async function transactionOf(keys: KeyPair, body: TransactionInput["body"]): Promise<TransactionInput> {
  const sender = await addressOf(keys.publicKeys.signing);
  return {
    version: 1,
    chain: fromHex(told.chain!),
    sender,
    valid_until: BigInt(told.valid_until!),
    salt: salt(),
    body,
  };
}

function submission(name: string, transaction: Bytes, payload: Bytes[] = []): void {
  giveBack(`${name}.submission`, encode(Submission, { transaction, payload }));
}

for (const [from, to] of [
  ["alice", "bob"],
  ["bob", "alice"],
] as const) {
  ledgerTest(`a transfer of ${from}'s for a node, and what it must refuse`, async () => {
    const keys = await keysOf(from);
    const body = { tokens: { transfer: { to: parseAddress(told.people[to]!.address), amount: 3n } } };
    const transaction = await transactionOf(keys, body);
    const signed = signTransaction(transaction, keys);
    assert.ok(isSigned(readTransaction(signed)));
    submission(`${from}-transfer`, signed);
    giveBack(`${from}-transfer.id`, toHex(await transactionId(transaction)));
    const another = signTransaction(await transactionOf(keys, body), keys);
    submission(`${from}-altered-refused`, flipped(another, another.length - 1));
    submission(`${from}-longer-refused`, concat(another, Uint8Array.of(0)));
    submission(`${from}-unsigned-refused`, concat(another.subarray(0, -64), new Uint8Array(64)));
  });
}

ledgerTest("a record sealed by this client, and the put that names it", async () => {
  const author = await keysOf("dave");
  const [alice, bob] = [await keysOf("alice"), await keysOf("bob")];
  const plain = new TextEncoder().encode('{"spo2": 97}');
  const chain = fromHex(told.chain!);
  const name = {
    subject: await addressOf(alice.publicKeys.signing),
    kind: { vitals: true } as const,
    time_ms: BigInt(Date.now()),
    nonce: webcrypto.getRandomValues(new Uint8Array(16)),
  };
  const record = await recordId(chain, await addressOf(author.publicKeys.signing), name as any);
  const readers = [alice.publicKeys, bob.publicKeys];
  const { payload, commitment } = await sealRecord(plain, readers, author, { chain, record });
  const put = {
    ...name,
    readers: await Promise.all(readers.map((reader) => addressOf(reader.signing))),
    ...(await payloadOf(payload)),
    content_commitment: commitment,
  };
  const transaction = await transactionOf(author, { records: { put } } as any);
  submission("record", signTransaction(transaction, author), payload);
  giveBack("record.id", toHex(record));
  giveBack("record.plain", plain);
});
