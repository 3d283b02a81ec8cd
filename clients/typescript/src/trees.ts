/** Trees of RFC 6962: lib/src/ledger/FORMAT.md, Trees. */
import { concat, equal, type Bytes } from "./bytes.js";
import { sha256 } from "./hash.js";

export function leafHash(entry: Uint8Array): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(0), entry));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** RFC 6962 section 2.1. */
export async function treeRoot(entries: Uint8Array[]): Promise<Bytes> {
  if (entries.length === 0) return sha256(new Uint8Array());
  if (entries.length === 1) return leafHash(entries[0]!);
  let left = 1;
  while (left * 2 < entries.length) left *= 2;
  return nodeHash(await treeRoot(entries.slice(0, left)), await treeRoot(entries.slice(left)));
}

/** Whether `path`, from the leaf upwards, leads from entry `index` of `count` to `root`: RFC 9162 section 2.1.3.2. */
export async function leadsTo(
  root: Uint8Array,
  entry: Uint8Array,
  index: number,
  count: number,
  path: Uint8Array[],
): Promise<boolean> {
  if (index >= count) return false;
  let [at, last, hash] = [index, count - 1, await leafHash(entry)];
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(hash, root);
}
