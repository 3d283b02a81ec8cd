/** The genesis and genesis.json: lib/src/ledger/FORMAT.md, Genesis. */
import { bcs } from "@mysten/bcs";
import { base64 } from "@scure/base";
import { Address, addressOf, formatAddress, parseAddress } from "./address.js";
import { byAddress, type Member } from "./blocks.js";
import { check, equal, toHex, type Bytes } from "./bytes.js";
import { decode, encode, u64, version } from "./codec.js";
import { hashWithDomain } from "./hash.js";
import { PublicKeys, SigningKey } from "./keys.js";
import { Role } from "./transactions.js";

const Parameters = bcs.struct("Parameters", {
  committee_size: bcs.u16(),
  epoch_heights: bcs.u32(),
  unbonding_epochs: bcs.u32(),
  replay_window: bcs.u32(),
  idle_ms: bcs.u32(),
  view_timeout_ms: bcs.u32(),
  max_view_timeout_ms: bcs.u32(),
  max_clock_drift_ms: bcs.u32(),
  max_block_transactions: bcs.u32(),
  max_block_bytes: bcs.u32(),
  max_block_payload_bytes: bcs.u32(),
});
const Participant = bcs.struct("Participant", {
  keys: PublicKeys,
  role: Role,
  institution: Address,
  label: bcs.string(),
  balance: u64,
  stake: u64,
  consensus_key: bcs.option(SigningKey),
});
export const Genesis = bcs.struct("Genesis", {
  version,
  name: bcs.string(),
  time_ms: u64,
  parameters: Parameters,
  participants: bcs.vector(Participant),
});
export type Genesis = typeof Genesis.$inferType;
type Participant = typeof Participant.$inferType;

export function chainId(genesis: Genesis): Promise<Bytes> {
  return hashWithDomain("medchain/genesis/v1", encode(Genesis, genesis));
}

async function participantToJson(p: Participant): Promise<object> {
  const consensusKey = p.consensus_key && { consensus_key: base64.encode(encode(SigningKey, p.consensus_key)) };
  return {
    address: formatAddress(await addressOf(p.keys.signing)),
    role: p.role.$kind,
    institution: formatAddress(p.institution),
    label: p.label,
    balance: p.balance.toString(),
    stake: p.stake.toString(),
    keys: base64.encode(encode(PublicKeys, p.keys)),
    ...consensusKey,
  };
}

export async function writeGenesis(genesis: Genesis): Promise<string> {
  const json = {
    version: 1,
    chain_id: toHex(await chainId(genesis)),
    name: genesis.name,
    time_ms: Number(genesis.time_ms),
    parameters: genesis.parameters,
    participants: await Promise.all(genesis.participants.map(participantToJson)),
  };
  return JSON.stringify(json, null, 2) + "\n";
}

function participantFromJson(json: any): Participant {
  const consensusKey = json.consensus_key && decode(SigningKey, base64.decode(json.consensus_key));
  const role = { [json.role]: true, $kind: json.role } as unknown as Participant["role"];
  return {
    keys: decode(PublicKeys, base64.decode(json.keys)),
    role,
    institution: parseAddress(json.institution),
    label: json.label,
    balance: BigInt(json.balance),
    stake: BigInt(json.stake),
    consensus_key: consensusKey ?? null,
  };
}

/** There is one text per genesis: what was read is written again and compared, chain id and all. Throws otherwise. */
export async function readGenesis(text: string): Promise<{ genesis: Genesis; chain: Bytes }> {
  const json = JSON.parse(text);
  const genesis: Genesis = {
    version: 1,
    name: json.name,
    time_ms: BigInt(json.time_ms),
    parameters: json.parameters,
    participants: json.participants.map(participantFromJson),
  };
  check((await writeGenesis(genesis)) === text, "the genesis was altered: it is not the text of its own content");
  return { genesis, chain: await chainId(genesis) };
}

type Candidate = Member & { institution: Address; stake: bigint };

/** The members that decide from height 1 on, in the order in which they lead: section Genesis, the first committee. */
export async function firstCommittee(genesis: Genesis): Promise<Member[]> {
  const candidates: Candidate[] = [];
  for (const { keys, consensus_key, institution, stake } of genesis.participants) {
    if (consensus_key) candidates.push({ validator: await addressOf(keys.signing), consensus_key, institution, stake });
  }
  candidates.sort((a, b) => (a.stake === b.stake ? byAddress(a, b) : a.stake > b.stake ? -1 : 1));
  const isBest = (candidate: Candidate, at: number) =>
    candidates.findIndex((other) => equal(other.institution, candidate.institution)) === at;
  return candidates
    .filter(isBest)
    .slice(0, genesis.parameters.committee_size)
    .map(({ validator, consensus_key }) => ({ validator, consensus_key }));
}
