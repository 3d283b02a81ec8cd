/** HPKE (RFC 9180) as wraps use it, from two sources: @hpke/core for both KEMs, and WebCrypto alone for P-256. */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
import { ascii, concat, copy, type Bytes } from "./bytes.js";
import { webcrypto } from "./hash.js";
import type { SealingPublicKey } from "./keys.js";

/** Whoever opens a wrap: the secret as key files have it, and the public key that belongs to it. */
export interface SealingPair {
  secret: Bytes;
  publicKey: SealingPublicKey;
}

export interface Wrapped {
  enc: Bytes;
  ciphertext: Bytes;
}

/** Opens HPKE's single-shot base mode; rejects when the wrap is for another key, or altered. */
export type HpkeOpen = (pair: SealingPair, wrapped: Wrapped, info: Bytes, aad: Bytes) => Promise<Bytes>;

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** WebCrypto imports P-256 secrets only together with the public point. */
function jwk(secret: Uint8Array, point: Uint8Array): JsonWebKey {
  const [x, y] = [base64url(point.subarray(1, 33)), base64url(point.subarray(33))];
  return { kty: "EC", crv: "P-256", d: base64url(secret), x, y };
}

function suiteOf(kem: SealingPublicKey): CipherSuite {
  return new CipherSuite({
    kem: kem.X25519 ? new DhkemX25519HkdfSha256() : new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
}

export const openWithHpke: HpkeOpen = async ({ secret, publicKey }, { enc, ciphertext }, info, aad) => {
  const suite = suiteOf(publicKey);
  const key = publicKey.X25519
    ? await suite.kem.importKey("raw", secret.buffer, false)
    : await suite.kem.importKey("jwk", jwk(secret, publicKey.P256!), false);
  return new Uint8Array(await suite.open({ recipientKey: key, enc: enc.buffer, info }, ciphertext, aad));
};

export async function sealWithHpke(to: SealingPublicKey, plaintext: Bytes, info: Bytes, aad: Bytes): Promise<Wrapped> {
  const suite = suiteOf(to);
  const recipientPublicKey = await suite.kem.deserializePublicKey((to.X25519 ?? to.P256!).buffer as ArrayBuffer);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info }, plaintext, aad);
  return { enc: new Uint8Array(enc), ciphertext: new Uint8Array(ct) };
}

// --- RFC 9180 written out over WebCrypto: what a browser can do without any library.

async function hmac(key: Uint8Array, data: Bytes): Promise<Bytes> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await webcrypto.subtle.importKey("raw", copy(key), algorithm, false, ["sign"]);
  return new Uint8Array(await webcrypto.subtle.sign("HMAC", imported, data));
}

/** RFC 5869; an empty salt is 32 zero bytes. */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Promise<Bytes> {
  return hmac(salt.length ? salt : new Uint8Array(32), copy(ikm));
}

/** Of at most 32 bytes: one block is enough for all that is derived here. */
export async function hkdfExpand(prk: Uint8Array, info: Uint8Array, size = 32): Promise<Bytes> {
  return copy((await hmac(prk, concat(info, Uint8Array.of(1)))).subarray(0, size));
}

const kVersion = ascii("HPKE-v1");
const kKemP256 = Uint8Array.of(0x00, 0x10);
const kSuiteOfKem = concat(ascii("KEM"), kKemP256);
const kSuite = concat(ascii("HPKE"), kKemP256, Uint8Array.of(0x00, 0x01, 0x00, 0x02));

/** LabeledExtract and LabeledExpand, section 4. */
function labeledExtract(suite: Bytes, salt: Bytes, label: string, ikm: Uint8Array): Promise<Bytes> {
  return hkdfExtract(salt, concat(kVersion, suite, ascii(label), ikm));
}

function labeledExpand(suite: Bytes, prk: Bytes, label: string, info: Uint8Array, size: number): Promise<Bytes> {
  return hkdfExpand(prk, concat(Uint8Array.of(size >> 8, size & 255), kVersion, suite, ascii(label), info), size);
}

/** Decap of DHKEM(P-256, HKDF-SHA256), section 4.1. */
async function decapsulate(secret: Bytes, point: Bytes, enc: Bytes): Promise<Bytes> {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const own = await webcrypto.subtle.importKey("jwk", jwk(secret, point), curve, false, ["deriveBits"]);
  const theirs = await webcrypto.subtle.importKey("raw", enc, curve, false, []);
  const dh = new Uint8Array(await webcrypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own, 256));
  const prk = await labeledExtract(kSuiteOfKem, new Uint8Array(), "eae_prk", dh);
  return labeledExpand(kSuiteOfKem, prk, "shared_secret", concat(enc, point), 32);
}

export const openWithWebCrypto: HpkeOpen = async ({ secret, publicKey }, { enc, ciphertext }, info, aad) => {
  if (!publicKey.P256) throw new Error("WebCrypto alone opens wraps for P-256 keys only");
  const none = new Uint8Array();
  const shared = await decapsulate(secret, publicKey.P256 as Bytes, enc);
  const pskIdHash = await labeledExtract(kSuite, none, "psk_id_hash", none);
  const infoHash = await labeledExtract(kSuite, none, "info_hash", info);
  const context = concat(Uint8Array.of(0), pskIdHash, infoHash);
  const prk = await labeledExtract(kSuite, shared, "secret", none);
  const key = await labeledExpand(kSuite, prk, "key", context, 32);
  const nonce = await labeledExpand(kSuite, prk, "base_nonce", context, 12);
  return openAesGcm(key, nonce, aad, ciphertext);
};

// --- AES-256-GCM, tag at the end

export async function openAesGcm(key: Bytes, nonce: Bytes, aad: Bytes, ciphertext: Bytes): Promise<Bytes> {
  const imported = await webcrypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: aad };
  return new Uint8Array(await webcrypto.subtle.decrypt(algorithm, imported, ciphertext));
}

export async function sealAesGcm(key: Bytes, nonce: Bytes, aad: Bytes, plaintext: Bytes): Promise<Bytes> {
  const imported = await webcrypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: aad };
  return new Uint8Array(await webcrypto.subtle.encrypt(algorithm, imported, plaintext));
}
