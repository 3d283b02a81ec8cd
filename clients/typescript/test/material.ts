/**
 * What our programs made for this suite, in the directory that MEDCHAIN_MATERIAL names.
 * tests/integration/interop_test.py makes it, and gives back to the programs what this suite writes into "back".
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copy, readSecretKeyFile, type Bytes, type KeyPair } from "../src/index.js";

export interface Person {
  address: string;
  algorithm: "ed25519" | "p256";
  signing_key: string;
  sealing_key: string;
}

interface Told {
  people: Record<string, Person>;
  sealed: { file: string; plain: string; readers: string[]; author: string | null }[];
  receipts: { file: string; handovers: number; expected: Record<string, string | number> }[];
  transactions: { file: string; id: string }[];
  blocks: { file: string; expected: Record<string, any>; transactions: string[] }[];
  record?: { file: string; plain: string; id: string };
  chain?: string;
  valid_until?: number;
}

const directory = process.env.MEDCHAIN_MATERIAL;

export const told: Told = directory
  ? JSON.parse(readFileSync(join(directory, "material.json"), "utf8"))
  : { people: {}, sealed: [], receipts: [], transactions: [], blocks: [] };

/** Altered material need not be tried byte by byte again. */
export const isAltered = process.env.MEDCHAIN_MATERIAL_ALTERED === "1";

export function material(name: string): Bytes {
  return copy(readFileSync(join(directory!, name)));
}

export function materialText(name: string): string {
  return readFileSync(join(directory!, name), "utf8");
}

export function keysOf(name: string): Promise<KeyPair> {
  return readSecretKeyFile(materialText(`${name}.key`));
}

/** Of programs without a ledger (`ledger` true: with one), or skipped. */
export function materialTest(name: string, body: () => unknown, ledger = false): void {
  const there = directory !== undefined && (!ledger || told.chain !== undefined);
  test(name, { skip: there ? false : "MEDCHAIN_MATERIAL names no such material" }, async () => void (await body()));
}

export function ledgerTest(name: string, body: () => unknown): void {
  materialTest(name, body, true);
}

export function giveBack(name: string, content: Uint8Array | string): void {
  const folder = join(directory!, "back");
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
}
