/** Signatures: lib/src/crypto/FORMAT.md, Hashes and signatures; both algorithms from @noble/curves. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { ascii, concat, copy, equal, type Bytes } from "./bytes.js";
import { encode } from "./codec.js";
import {
  SealingKey,
  sealingKeyOf,
  signingKeyOf,
  type Algorithm,
  type KeyPair,
  type PublicKeys,
  type SigningPublicKey,
} from "./keys.js";

/** For what belongs to no chain. */
export const kNoChain: Bytes = new Uint8Array(32);

/** What is signed: domain ‖ 00 ‖ chain ‖ message. */
export function preimage(domain: string, chain: Uint8Array, message: Uint8Array): Bytes {
  return concat(ascii(domain), new Uint8Array(1), chain, message);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/**
 * libsodium's rule, which is stricter than the library's own verify(): S below the order, A canonical, neither A nor R
 * of small order, and R the encoding of S·B − k·A, with no cofactor. A client that took more than the nodes do would
 * believe what they refuse.
 */
function verifyEd25519(key: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const Point = ed25519.Point;
  const [r, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  const order = Point.Fn.ORDER;
  if (s >= order) return false;
  const a = Point.fromBytes(key, false);
  if (a.isSmallOrder() || Point.fromBytes(r, false).isSmallOrder()) return false;
  const k = littleEndian(sha512(concat(r, key, data))) % order;
  const sB = s === 0n ? Point.ZERO : Point.BASE.multiply(s);
  const kA = k === 0n ? Point.ZERO : a.multiplyUnsafe(k);
  return equal(sB.subtract(kA).toBytes(), r);
}

/** r ‖ s over SHA-256 of the data, with s in the lower half. */
function verifyP256(key: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  return p256.verify(signature, data, key, { prehash: true, lowS: true, format: "compact" });
}

/** Over the bytes as they are, without a domain. False for what is no key or signature at all, too. */
export function verifyRaw(key: SigningPublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return key.Ed25519 ? verifyEd25519(key.Ed25519, data, signature) : verifyP256(key.P256!, data, signature);
  } catch {
    return false; // not a point of the curve
  }
}

export function signRaw(keys: KeyPair, data: Uint8Array): Bytes {
  if (keys.publicKeys.signing.Ed25519) return copy(ed25519.sign(data, keys.signing));
  return copy(p256.sign(data, keys.signing, { prehash: true, lowS: true, format: "compact" }).toBytes("compact"));
}

export function verify(
  key: SigningPublicKey,
  domain: string,
  chain: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verifyRaw(key, preimage(domain, chain, message), signature);
}

export function sign(keys: KeyPair, domain: string, chain: Uint8Array, message: Uint8Array): Bytes {
  return signRaw(keys, preimage(domain, chain, message));
}

const kBindingDomain = "medchain/sealing-key/v1";

/** Whether the sealing key belongs to the signing key. Whoever seals checks it first. */
export function isBound({ signing, sealing, binding }: PublicKeys): boolean {
  return verify(signing, kBindingDomain, kNoChain, encode(SealingKey, sealing), binding);
}

/** A key pair of these secrets, which the caller drew at random. */
export function keyPairOf(algorithm: Algorithm, signing: Bytes, sealing: Bytes): KeyPair {
  const sealingKey = sealingKeyOf(algorithm, sealing);
  const publicKeys: PublicKeys = {
    version: 1,
    signing: signingKeyOf(algorithm, signing),
    sealing: sealingKey,
    binding: new Uint8Array(64),
  };
  const keys = { signing, sealing, publicKeys };
  publicKeys.binding = sign(keys, kBindingDomain, kNoChain, encode(SealingKey, sealingKey));
  return keys;
}
