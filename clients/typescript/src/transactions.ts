/** Transactions: lib/src/ledger/FORMAT.md, Transactions. */
import { bcs } from "@mysten/bcs";
import { Address, addressOf } from "./address.js";
import { check, concat, equal, type Bytes } from "./bytes.js";
import { bytes, decode, encode, fixed, hash, u64, version } from "./codec.js";
import { hashWithDomain } from "./hash.js";
import { PublicKeys, Signature, SigningKey, type KeyPair } from "./keys.js";
import { sign, verify } from "./signatures.js";
import { treeRoot } from "./trees.js";

export const kMaxTransactionBytes = 65_536;
const kDomain = "medchain/transaction/v1";

export const Role = bcs.enum("Role", {
  device: null,
  gateway: null,
  patient: null,
  family: null,
  guardian: null,
  clinician: null,
  institution: null,
  validator: null,
  auditor: null,
});
export const Kind = bcs.enum("Kind", {
  vitals: null,
  alarm: null,
  diagnosis: null,
  prescription: null,
  laboratory: null,
  imaging: null,
  document: null,
  other: null,
});

export const Ballot = bcs.struct("Ballot", {
  round: u64,
  height: u64,
  view: u64,
  type: bcs.enum("BallotType", { proposal: null, prepare: null, commit: null, view_change: null }),
  digest: hash,
});
export const SignedBallot = bcs.struct("SignedBallot", { ballot: Ballot, signature: Signature });

const nothing = bcs.struct("Nothing", {});

const Tokens = bcs.enum("Tokens", { transfer: bcs.struct("Transfer", { to: Address, amount: u64 }) });
const Stake = bcs.enum("Stake", {
  stake: bcs.struct("Stake", { amount: u64 }),
  unstake: bcs.struct("Unstake", { amount: u64 }),
  vote: bcs.struct("Vote", { candidates: bcs.vector(Address) }),
  stand: bcs.struct("Stand", { consensus_key: SigningKey, possession: Signature }),
  resign: nothing,
  report_double_vote: bcs.struct("ReportDoubleVote", {
    consensus_key: SigningKey,
    first: SignedBallot,
    second: SignedBallot,
  }),
  report_invalid_proposal: bcs.struct("ReportInvalidProposal", {
    consensus_key: SigningKey,
    proposal: SignedBallot,
    header: bytes,
    parent: bytes,
  }),
});
const Registry = bcs.enum("Registry", {
  register: bcs.struct("Register", { keys: PublicKeys, role: Role, label: bcs.string() }),
  update: bcs.struct("Update", { participant: Address, label: bcs.string() }),
  rotate_keys: bcs.struct("RotateKeys", { keys: PublicKeys }),
  suspend: bcs.struct("Suspend", { participant: Address }),
  reinstate: bcs.struct("Reinstate", { participant: Address }),
});
export const Put = bcs.struct("Put", {
  subject: Address,
  kind: Kind,
  time_ms: u64,
  nonce: fixed(16),
  readers: bcs.vector(Address),
  payload_root: hash,
  payload_bytes: u64,
  content_commitment: hash,
});
const Records = bcs.enum("Records", { put: Put });
const Consent = bcs.enum("Consent", {
  grant: bcs.struct("Grant", { record: hash, reader: Address, payload_root: hash, payload_bytes: u64 }),
  revoke: bcs.struct("Revoke", { record: hash, reader: Address }),
  set_readers: bcs.struct("SetReaders", { readers: bcs.vector(Address) }),
});

export const Body = bcs.enum("Body", {
  tokens: Tokens,
  stake: Stake,
  registry: Registry,
  records: Records,
  consent: Consent,
});
export const Transaction = bcs.struct("Transaction", {
  version,
  chain: hash,
  sender: Address,
  valid_until: u64,
  salt: u64,
  body: Body,
});
export const SignedTransaction = bcs.struct("SignedTransaction", {
  transaction: Transaction,
  key: SigningKey,
  signature: Signature,
});

export type Transaction = typeof Transaction.$inferType;
export type TransactionInput = typeof Transaction.$inferInput;
export type SignedTransaction = typeof SignedTransaction.$inferType;

/** Without key and signature, so that it is known before signing. */
export function transactionId(transaction: TransactionInput): Promise<Bytes> {
  return hashWithDomain(kDomain, encode(Transaction, transaction));
}

/** The bytes that a node takes. */
export function signTransaction(transaction: TransactionInput, keys: KeyPair): Bytes {
  const signature = sign(keys, kDomain, transaction.chain, encode(Transaction, transaction));
  return encode(SignedTransaction, { transaction, key: keys.publicKeys.signing, signature });
}

/** Throws for bytes that are no transaction, or too many. Of the signature it says nothing. */
export function readTransaction(encoded: Uint8Array): SignedTransaction {
  check(encoded.length <= kMaxTransactionBytes, `a transaction has ${encoded.length} bytes, the ledger takes 65536`);
  return decode(SignedTransaction, encoded);
}

/** Whether the key given signed it. That the key is the sender's current one, only the ledger knows. */
export function isSigned({ transaction, key, signature }: SignedTransaction): boolean {
  return verify(key, kDomain, transaction.chain, encode(Transaction, transaction), signature);
}

/** Whether the sender's address is that of the key: so it is until the sender rotates its keys. */
export async function isSenderFirstKey({ transaction, key }: SignedTransaction): Promise<boolean> {
  return equal(await addressOf(key), transaction.sender);
}

export interface RecordName {
  subject: Uint8Array;
  kind: typeof Kind.$inferInput;
  time_ms: bigint;
  nonce: Uint8Array;
}

export function recordId(
  chain: Uint8Array,
  author: Uint8Array,
  { subject, kind, time_ms, nonce }: RecordName,
): Promise<Bytes> {
  return hashWithDomain(
    "medchain/record/v1",
    concat(chain, author, subject, encode(Kind, kind), encode(u64, time_ms), nonce),
  );
}

/** Payloads travel beside transactions, which name their root and size. */
export async function payloadOf(parts: Uint8Array[]): Promise<{ payload_root: Bytes; payload_bytes: bigint }> {
  return {
    payload_root: await treeRoot(parts),
    payload_bytes: BigInt(parts.reduce((sum, part) => sum + part.length, 0)),
  };
}

/** What POST /v1/transactions takes as application/octet-stream: docs/http.md, Submitting a transaction. */
export const Submission = bcs.struct("Submission", { transaction: bytes, payload: bcs.vector(bytes) });
