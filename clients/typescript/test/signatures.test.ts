/** Signatures and addresses on their own: what is taken, and what is refused although a library would take it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bech32, bech32m } from "@scure/base";
import {
  ascii,
  concat,
  decode,
  formatAddress,
  isBound,
  keyPairOf,
  parseAddress,
  sign,
  SigningKey,
  verify,
  verifyRaw,
  type KeyPair,
} from "../src/index.js";
import { flipped } from "./support.js";

const kChain = new Uint8Array(32).fill(7);
const kMessage = ascii("message");
const kOtherMessage = ascii("messagf");

function pairOf(algorithm: "ed25519" | "p256", seed: number): KeyPair {
  return keyPairOf(algorithm, new Uint8Array(32).fill(seed), new Uint8Array(32).fill(seed + 1));
}

for (const algorithm of ["ed25519", "p256"] as const) {
  test(`${algorithm}: domain, chain, message and signature all count`, () => {
    const keys = pairOf(algorithm, 1);
    const key = keys.publicKeys.signing;
    const signature = sign(keys, "domain", kChain, kMessage);
    assert.ok(verify(key, "domain", kChain, kMessage, signature));
    assert.ok(!verify(key, "domaim", kChain, kMessage, signature));
    assert.ok(!verify(key, "domain", flipped(kChain, 3), kMessage, signature));
    assert.ok(!verify(key, "domain", kChain, kOtherMessage, signature));
    assert.ok(!verify(pairOf(algorithm, 5).publicKeys.signing, "domain", kChain, kMessage, signature));
    for (let at = 0; at < 64; at++) assert.ok(!verify(key, "domain", kChain, kMessage, flipped(signature, at)));
  });

  test(`${algorithm}: a sealing key is bound to its signing key`, () => {
    const { publicKeys } = pairOf(algorithm, 1);
    assert.ok(isBound(publicKeys));
    assert.ok(!isBound({ ...publicKeys, signing: pairOf(algorithm, 5).publicKeys.signing }));
  });
}

test("p256: the other s, which a verifier of plain ECDSA takes, is refused", () => {
  const keys = pairOf("p256", 1);
  const signature = p256.Signature.fromBytes(sign(keys, "domain", kChain, kMessage), "compact");
  const other = new p256.Signature(signature.r, p256.Point.Fn.ORDER - signature.s).toBytes("compact");
  assert.ok(!verify(keys.publicKeys.signing, "domain", kChain, kMessage, new Uint8Array(other)));
});

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** R with a part of small order: the equation holds once both sides are multiplied by 8, and only then. */
test("ed25519: a signature that holds with the cofactor only is refused", () => {
  const { Point } = ed25519;
  const order = Point.Fn.ORDER;
  const smallOrder = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(new Uint8Array(32).fill(1));
  const r = Point.BASE.multiply(12345n).add(smallOrder).toBytes();
  const k = littleEndian(sha512(concat(r, pointBytes, kMessage))) % order;
  const s = (12345n + k * scalar) % order;
  const sBytes = Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 255n));
  const signature = concat(r, sBytes);
  assert.ok(ed25519.verify(signature, kMessage, pointBytes), "the library's own rule takes it");
  assert.ok(!verifyRaw(decode(SigningKey, Uint8Array.of(0, ...pointBytes)), kMessage, signature));
});

test("ed25519: keys and R of small order are refused", () => {
  const identity = Uint8Array.of(1, ...new Uint8Array(31));
  const key = decode(SigningKey, Uint8Array.of(0, ...identity));
  assert.ok(!verifyRaw(key, kMessage, concat(identity, new Uint8Array(32))));
});

test("addresses: prefix, length, checksum and bech32 against bech32m", () => {
  const address = new Uint8Array(32).fill(200);
  const text = formatAddress(address);
  assert.deepEqual(parseAddress(text), address);
  assert.deepEqual(parseAddress(text.toUpperCase()), address);
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === "q" ? "p" : "q";
    assert.throws(() => parseAddress(text.slice(0, at) + other + text.slice(at + 1)), `character ${at}`);
  }
  assert.throws(() => parseAddress(bech32m.encodeFromBytes("mad", address)), /begins with/);
  assert.throws(() => parseAddress(bech32m.encodeFromBytes("med", address.subarray(1))), /32 bytes/);
  assert.throws(() => parseAddress(bech32.encodeFromBytes("med", address)));
});
