/** Keys, and the files that hold them: lib/src/crypto/FORMAT.md, Hashes and signatures, and Key files. */
import { bcs } from "@mysten/bcs";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { base64 } from "@scure/base";
import { check, concat, copy, equal, type Bytes } from "./bytes.js";
import { decode, encode, fixed, u64, version } from "./codec.js";
import { sha256 } from "./hash.js";

export const Signature = fixed(64);
export const SigningKey = bcs.enum("SigningKey", { Ed25519: fixed(32), P256: fixed(33) });
export const SealingKey = bcs.enum("SealingKey", { X25519: fixed(32), P256: fixed(65) });
export const PublicKeys = bcs.struct("PublicKeys", {
  version,
  signing: SigningKey,
  sealing: SealingKey,
  binding: Signature,
});

export type SigningPublicKey = typeof SigningKey.$inferType;
export type SealingPublicKey = typeof SealingKey.$inferType;
export type PublicKeys = typeof PublicKeys.$inferType;

const Plain = bcs.struct("Plain", { signing: fixed(32), sealing: fixed(32) });
const Encrypted = bcs.struct("Encrypted", {
  salt: fixed(16),
  passes: u64,
  memory: u64,
  nonce: fixed(24),
  ciphertext: fixed(80),
});
const SecretBody = bcs.struct("SecretBody", {
  version,
  secrets: bcs.enum("Secrets", { Plain, Encrypted }),
  publicKeys: PublicKeys,
});

/** Both secrets as key files have them: seed or scalar for signing, X25519 key or scalar for sealing. */
export interface KeyPair {
  signing: Bytes;
  sealing: Bytes;
  publicKeys: PublicKeys;
}

export type Algorithm = "ed25519" | "p256";

export function signingKeyOf(algorithm: Algorithm, secret: Uint8Array): SigningPublicKey {
  return algorithm === "ed25519"
    ? decode(SigningKey, concat(Uint8Array.of(0), ed25519.getPublicKey(secret)))
    : decode(SigningKey, concat(Uint8Array.of(1), p256.getPublicKey(secret, true)));
}

export function sealingKeyOf(algorithm: Algorithm, secret: Uint8Array): SealingPublicKey {
  return algorithm === "ed25519"
    ? decode(SealingKey, concat(Uint8Array.of(0), x25519.getPublicKey(secret)))
    : decode(SealingKey, concat(Uint8Array.of(1), p256.getPublicKey(secret, false)));
}

/** Whether both public keys are those of the secrets. */
function isPair({ signing, sealing, publicKeys }: KeyPair): boolean {
  const ofSigning = publicKeys.signing.Ed25519 ? "ed25519" : "p256";
  const ofSealing = publicKeys.sealing.X25519 ? "ed25519" : "p256";
  return (
    equal(encode(SigningKey, signingKeyOf(ofSigning, signing)), encode(SigningKey, publicKeys.signing)) &&
    equal(encode(SealingKey, sealingKeyOf(ofSealing, sealing)), encode(SealingKey, publicKeys.sealing))
  );
}

async function armour(label: string, body: Bytes): Promise<string> {
  const text = base64.encode(concat(body, (await sha256(body)).subarray(0, 8)));
  const lines = text.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** There is one text per body: what was read is written again and compared. */
async function unarmour(label: string, text: string): Promise<Bytes> {
  const lines = text.split("\n");
  const data = base64.decode(lines.slice(1, -2).join(""));
  const body = copy(data.subarray(0, -8));
  check(text === (await armour(label, body)), `not a file of a ${label}, or damaged`);
  return body;
}

export async function readPublicKeyFile(text: string): Promise<PublicKeys> {
  return decode(PublicKeys, await unarmour("MEDCHAIN PUBLIC KEY", text));
}

export async function writePublicKeyFile(keys: PublicKeys): Promise<string> {
  return armour("MEDCHAIN PUBLIC KEY", encode(PublicKeys, keys));
}

/** Files without a passphrase only. */
export async function readSecretKeyFile(text: string): Promise<KeyPair> {
  const body = decode(SecretBody, await unarmour("MEDCHAIN SECRET KEY", text));
  const plain = body.secrets.Plain;
  check(plain !== undefined, "the key file has a passphrase, and this client opens none of those");
  const keys = { ...plain, publicKeys: body.publicKeys };
  check(isPair(keys), "the public keys of the file are not those of its secrets");
  return keys;
}

export async function writeSecretKeyFile({ signing, sealing, publicKeys }: KeyPair): Promise<string> {
  const secrets = { Plain: { signing, sealing } };
  return armour("MEDCHAIN SECRET KEY", encode(SecretBody, { version: 1, secrets, publicKeys }));
}

export function sameKey(a: SigningPublicKey, b: SigningPublicKey): boolean {
  return equal(encode(SigningKey, a), encode(SigningKey, b));
}
