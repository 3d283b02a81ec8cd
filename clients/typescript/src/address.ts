/** Addresses: lib/src/crypto/FORMAT.md, Hashes and signatures. */
import { bech32m } from "@scure/base";
import { check, type Bytes } from "./bytes.js";
import { encode, fixed } from "./codec.js";
import { hashWithDomain } from "./hash.js";
import { SigningKey, type SigningPublicKey } from "./keys.js";

export const Address = fixed(32);
export type Address = Bytes;

const kPrefix = "med";

/** Of a participant whose first signing key this is. It stays when the keys are rotated. */
export function addressOf(key: SigningPublicKey): Promise<Address> {
  return hashWithDomain("medchain/address/v1", encode(SigningKey, key));
}

/** "med1...": bech32m, BIP-350. */
export function formatAddress(address: Address): string {
  check(address.length === 32, `an address has 32 bytes, not ${address.length}`);
  return bech32m.encode(kPrefix, bech32m.toWords(address));
}

/** Throws for another prefix or length, for bech32, and for a checksum that does not match. */
export function parseAddress(text: string): Address {
  const { prefix, bytes } = bech32m.decodeToBytes(text);
  check(prefix === kPrefix, `an address begins with ${kPrefix}1, not ${prefix}1`);
  check(bytes.length === 32, `an address has 32 bytes, not ${bytes.length}`);
  return new Uint8Array(bytes);
}
