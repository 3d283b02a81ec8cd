/** What all tests begin with: the source tree with its golden files, and bytes with one bit the other way. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addressOf, copy, fromHex, type Bytes, type KeyPair, type Reader } from "../src/index.js";

/** MedChain's source tree: above this folder, unless the suite runs in a copy elsewhere. */
export const kSource = process.env.MEDCHAIN_SOURCE ?? "../..";

export function goldenText(path: string): string {
  return readFileSync(join(kSource, path), "utf8");
}

/** A file of hexadecimal digits in lines. */
export function goldenBytes(path: string): Bytes {
  return fromHex(goldenText(path).replace(/\s/g, ""));
}

export function ledgerGolden(name: string): Bytes {
  return goldenBytes(`tests/unit/ledger/golden/${name}.txt`);
}

export function flipped(bytes: Uint8Array, at: number, bit = 0): Bytes {
  const other = copy(bytes);
  other[at]! ^= 1 << bit;
  return other;
}

export async function readerOf(keys: KeyPair): Promise<Reader> {
  return {
    address: await addressOf(keys.publicKeys.signing),
    secret: keys.sealing,
    publicKey: keys.publicKeys.sealing,
  };
}

/** Every byte of `bytes` counts, or every `step`th: with any one bit of it the other way, `accept` throws. */
export async function assertEveryByteCounts(
  bytes: Uint8Array,
  accept: (altered: Bytes) => unknown,
  step = 1,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += step) {
    await assert.rejects(
      async () => accept(flipped(bytes, at, at % 8)),
      `byte ${at} of ${bytes.length} does not count`,
    );
  }
}
