/**
 * Not a test: makes the genesis that it is given uneven, so that votes, institutions and places all matter in the first
 * election, and prints who must be elected. interop_test.py compares that with what nodes of this genesis do.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { committeeOrderHash, firstCommittee, formatAddress, readGenesis, toHex, writeGenesis } from "../src/index.js";

const path = process.argv[2]!;
const { genesis } = await readGenesis(readFileSync(path, "utf8"));
const [first, second, ...others] = genesis.participants.filter((participant) => participant.consensus_key);
// Of one institution: only the second, which has more votes, may sit.
second!.institution = first!.institution;
second!.stake += 1n;
others.at(-1)!.stake += 5n;
writeFileSync(path, await writeGenesis(genesis));

const order = await firstCommittee(genesis);
const validators = order.map(({ validator }) => formatAddress(validator));
console.log(JSON.stringify({ validators, order_hash: toHex(await committeeOrderHash(order)) }));
