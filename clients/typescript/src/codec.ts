/** What @mysten/bcs leaves to its users: versions, 64 bits as bigint, and refusing every encoding but the one. */
import { bcs, type BcsType } from "@mysten/bcs";
import { copy, equal, type Bytes } from "./bytes.js";

/** A *version*: a ULEB128, 1 for all that the formats have today. */
export const version = bcs.uleb128().transform<1, 1>({
  name: "version",
  input: () => 1,
  output: (value) => {
    if (value !== 1) throw new Error(`version ${value}, expected 1`);
    return 1;
  },
});

export const u64 = bcs.u64().transform<bigint, bigint>({ name: "u64", input: (value) => value, output: BigInt });

/** n bytes as they are. */
export function fixed(size: number): BcsType<Bytes, Uint8Array> {
  return bcs.bytes(size).transform<Bytes, Uint8Array>({ input: (value) => copy(value), output: copy });
}

export const hash = fixed(32);
export const bytes = bcs.byteVector().transform<Bytes, Uint8Array>({ input: (value) => copy(value), output: copy });

export function encode<T, Input>(type: BcsType<T, Input>, value: Input): Bytes {
  return type.serialize(value).toBytes();
}

/**
 * Each value has exactly one valid encoding (lib/src/ledger/FORMAT.md, the first paragraph), but the library takes
 * longer ULEB128s, booleans above 1, and whatever follows the value. Writing again what was read shows all of these.
 */
export function decode<T>(type: BcsType<T, any>, encoded: Uint8Array): T {
  const own = copy(encoded); // the library reads beyond a view, up to the end of its buffer
  const value = type.parse(own);
  if (!equal(encode(type, value), own)) throw new Error(`these bytes are not the one encoding of a ${type.name}`);
  return value;
}
