/** Receipt proofs, verified with nothing but the genesis: lib/src/ledger/FORMAT.md, Receipt proofs. */
import { bcs } from "@mysten/bcs";
import {
  BlockHeader,
  byAddress,
  Certificate,
  checkFinal,
  checkMembers,
  committeeSetHash,
  Member,
  Receipt,
} from "./blocks.js";
import { check, equal, type Bytes } from "./bytes.js";
import { bytes, decode, encode, hash, version } from "./codec.js";
import { firstCommittee, readGenesis } from "./genesis.js";
import { leadsTo } from "./trees.js";
import { isSigned, readTransaction, transactionId, type SignedTransaction } from "./transactions.js";

export const Handover = bcs.struct("Handover", {
  header: BlockHeader,
  certificate: Certificate,
  next_members: bcs.vector(Member),
});
export const ReceiptProof = bcs.struct("ReceiptProof", {
  version,
  handovers: bcs.vector(Handover),
  header: BlockHeader,
  certificate: Certificate,
  transaction: bytes,
  receipt: Receipt,
  index: bcs.u32(),
  count: bcs.u32(),
  transaction_path: bcs.vector(hash),
  receipt_path: bcs.vector(hash),
});
export type ReceiptProof = typeof ReceiptProof.$inferType;

const kMaxProofBytes = 64 * 1024 * 1024;
const kMaxHandovers = 100_000;

/** What a verifier trusts to begin with: a chain, and who decides from a height on. */
export interface Anchor {
  chain: Bytes;
  height: bigint;
  members: Member[]; // sorted by address
}

export interface VerifiedReceipt {
  transaction: SignedTransaction;
  receipt: Receipt;
  header: BlockHeader;
  handovers: number;
}

export async function genesisAnchor(genesisJson: string): Promise<Anchor> {
  const { genesis, chain } = await readGenesis(genesisJson);
  return { chain, height: 1n, members: (await firstCommittee(genesis)).sort(byAddress) };
}

/** Steps 1 and 2: the members who decide at the height of the receipt's block. */
async function walkHandovers(proof: ReceiptProof, anchor: Anchor): Promise<Member[]> {
  check(proof.handovers.length <= kMaxHandovers, `${proof.handovers.length} handovers`);
  let [members, least] = [anchor.members, anchor.height];
  for (const { header, certificate, next_members } of proof.handovers) {
    check(header.height >= least, `the handover at ${header.height} is before its place`);
    await checkFinal(header, certificate, members, anchor.chain);
    checkMembers(next_members);
    check(!equal(header.next_committee_set, header.committee_set), "a handover that changes nothing");
    check(
      equal(header.next_committee_set, await committeeSetHash(next_members)),
      "members that the block does not name",
    );
    [members, least] = [next_members, header.height + 1n];
  }
  check(proof.header.height >= least, `the block at ${proof.header.height} is before its place`);
  return members;
}

/** Steps 3 and 4: what the block holds. The signature is the committee's business, yet anybody can check it. */
async function checkContent(proof: ReceiptProof): Promise<SignedTransaction> {
  const { header, receipt, index, count } = proof;
  const signed = readTransaction(proof.transaction);
  check(equal(signed.transaction.chain, header.chain), "the transaction is of another chain");
  check(isSigned(signed), "the transaction's signature does not verify");
  check(equal(await transactionId(signed.transaction), receipt.transaction), "the receipt is for another transaction");
  check(count === header.transaction_count, `the proof counts ${count} transactions, the block has another number`);
  check(
    await leadsTo(header.transactions_root, proof.transaction, index, count, proof.transaction_path),
    "the transaction's path does not lead to the block's root",
  );
  check(
    await leadsTo(header.receipts_root, encode(Receipt, receipt), index, count, proof.receipt_path),
    "the receipt's path does not lead to the block's root",
  );
  return signed;
}

/** Throws unless the transaction was final on the anchor's chain, and the receipt says what it did. */
export async function verifyReceipt(encoded: Uint8Array, anchor: Anchor): Promise<VerifiedReceipt> {
  check(encoded.length <= kMaxProofBytes, `a receipt proof of ${encoded.length} bytes`);
  const proof = decode(ReceiptProof, encoded);
  checkMembers(anchor.members);
  const members = await walkHandovers(proof, anchor);
  await checkFinal(proof.header, proof.certificate, members, anchor.chain);
  const transaction = await checkContent(proof);
  return { transaction, receipt: proof.receipt, header: proof.header, handovers: proof.handovers.length };
}
