/** Committees, certificates, blocks and receipts: lib/src/ledger/FORMAT.md, the sections of these names. */
import { bcs } from "@mysten/bcs";
import { Address } from "./address.js";
import { check, compare, equal, type Bytes } from "./bytes.js";
import { bytes, encode, hash, u64, version } from "./codec.js";
import { hashWithDomain } from "./hash.js";
import { Signature, SigningKey } from "./keys.js";
import { verify } from "./signatures.js";
import { Ballot } from "./transactions.js";

export const Member = bcs.struct("Member", { validator: Address, consensus_key: SigningKey });
export const Committee = bcs.struct("Committee", { round: u64, first_height: u64, order: bcs.vector(Member) });
export const Certificate = bcs.struct("Certificate", {
  ballot: Ballot,
  votes: bcs.vector(bcs.struct("Vote", { member: bcs.u16(), signature: Signature })),
});
export const BlockHeader = bcs.struct("BlockHeader", {
  version,
  protocol_version: bcs.u32(),
  chain: hash,
  height: u64,
  round: u64,
  parent: hash,
  time_ms: u64,
  producer: Address,
  transaction_count: bcs.u32(),
  transactions_root: hash,
  receipts_root: hash,
  state_root: hash,
  committee_set: hash,
  committee_order: hash,
  next_committee_set: hash,
  next_committee_order: hash,
  parent_certificate: bcs.option(Certificate),
});
export const Block = bcs.struct("Block", { header: BlockHeader, transactions: bcs.vector(bytes) });
export const CertifiedBlock = bcs.struct("CertifiedBlock", { version, block: Block, certificate: Certificate });

/** By number, as docs/errors.md lists them. A number beyond is a newer program's. */
export const kStatusNames: readonly string[] = [
  "success",
  "not_allowed",
  "insufficient_balance",
  "insufficient_stake",
  "amount_zero",
  "unknown_participant",
  "participant_exists",
  "participant_suspended",
  "not_suspended",
  "unknown_candidate",
  "not_candidate",
  "too_many_candidates",
  "too_many_unbondings",
  "duplicate",
  "invalid_keys",
  "consensus_key_in_use",
  "label_too_long",
  "record_exists",
  "unknown_record",
  "unknown_subject",
  "unknown_reader",
  "too_many_readers",
  "already_reader",
  "not_reader",
  "payload_too_large",
  "invalid_value",
  "overflow",
  "possession_not_proved",
  "consensus_key_retired",
  "barred",
  "unknown_consensus_key",
  "invalid_evidence",
  "evidence_not_signed",
];

export const Receipt = bcs.struct("Receipt", { version, transaction: hash, status: bcs.uleb128() });

/** What a node answers for a block: lib/src/rpc/FORMAT.md, Answers to clients. */
export const BlockSummary = bcs.struct("BlockSummary", {
  header: BlockHeader,
  hash,
  certificate: Certificate,
  receipts: bcs.vector(Receipt),
});

export type Member = typeof Member.$inferType;
export type Certificate = typeof Certificate.$inferType;
export type BlockHeader = typeof BlockHeader.$inferType;
export type Receipt = typeof Receipt.$inferType;

const kMaxCommittee = 100;

export function blockHash(header: BlockHeader): Promise<Bytes> {
  return hashWithDomain("medchain/block/v1", encode(BlockHeader, header));
}

export function byAddress(a: Member, b: Member): number {
  return compare(a.validator, b.validator);
}

/** Of members sorted by address: what a header names as committee_set. */
export function committeeSetHash(sorted: Member[]): Promise<Bytes> {
  return hashWithDomain("medchain/committee-set/v1", encode(bcs.vector(Member), sorted));
}

/** Of members in the order of leading. */
export function committeeOrderHash(order: Member[]): Promise<Bytes> {
  return hashWithDomain("medchain/committee-order/v1", encode(bcs.vector(Member), order));
}

/** ⌈(n+f+1)/2⌉ with f = ⌊(n−1)/3⌋: any two quorums share an honest member. */
export function quorumOf(members: number): number {
  const faults = Math.floor((members - 1) / 3);
  return Math.ceil((members + faults + 1) / 2);
}

export function checkMembers(members: Member[]): void {
  check(members.length >= 1 && members.length <= kMaxCommittee, `a committee of ${members.length} members`);
  const keys = new Set(members.map((member) => encode(SigningKey, member.consensus_key).join()));
  check(keys.size === members.length, "two members of a committee have one consensus key");
  for (let i = 1; i < members.length; i++) {
    check(byAddress(members[i - 1]!, members[i]!) < 0, `member ${i} of a committee is not after the one before it`);
  }
}

/** A quorum of `members`, sorted by address, signed its ballot on this chain. Throws otherwise. */
export function checkCertificate({ ballot, votes }: Certificate, members: Member[], chain: Uint8Array): void {
  check(votes.length >= quorumOf(members.length), `${votes.length} of ${members.length} members are no quorum`);
  const message = encode(Ballot, ballot);
  let last = -1;
  for (const { member, signature } of votes) {
    check(
      member > last && member < members.length,
      `member ${member} of a certificate is out of order, or there is none`,
    );
    last = member;
    const key = members[member]!.consensus_key;
    check(
      verify(key, "medchain/vote/v1", chain, message, signature),
      `the signature of member ${member} does not verify`,
    );
  }
}

/** The block is final by `members`, sorted by address, on this chain (the end of section Blocks). Throws otherwise. */
export async function checkFinal(
  header: BlockHeader,
  certificate: Certificate,
  members: Member[],
  chain: Uint8Array,
): Promise<void> {
  const { ballot } = certificate;
  check(equal(header.chain, chain), "the block is of another chain");
  check(header.protocol_version === 1, `the block is of protocol version ${header.protocol_version}, expected 1`);
  check(ballot.type.$kind === "commit", "the certificate is not of commits");
  check(ballot.height === header.height && ballot.round === header.round, "the certificate is for another place");
  check(equal(ballot.digest, await blockHash(header)), "the certificate is for another block");
  check(equal(header.committee_set, await committeeSetHash(members)), "another committee decides there");
  checkCertificate(certificate, members, chain);
}
