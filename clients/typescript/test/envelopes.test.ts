/** Keys and envelopes of the program `medchain`: opened by HPKE libraries and by WebCrypto alone; and the way back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import {
  addressOf,
  copy,
  encode,
  formatAddress,
  isBound,
  keyPairOf,
  openEnvelope,
  openWithWebCrypto,
  parseEnvelope,
  readPublicKeyFile,
  readSecretKeyFile,
  sameKey,
  seal,
  SealingKey,
  sealingKeyOf,
  SigningKey,
  signingKeyOf,
  toHex,
  webcrypto,
  writePublicKeyFile,
  writeSecretKeyFile,
  type Bytes,
  type KeyPair,
  type Opener,
  type SigningPublicKey,
} from "../src/index.js";
import { giveBack, isAltered, keysOf, material, materialTest, materialText, told } from "./material.js";
import { assertEveryByteCounts, flipped, readerOf } from "./support.js";

for (const [name, person] of Object.entries(told.people)) {
  materialTest(`the keys of ${name}`, async () => {
    const keys = await keysOf(name);
    const publicKeys = await readPublicKeyFile(materialText(`${name}.pub`));
    assert.equal(await writeSecretKeyFile(keys), materialText(`${name}.key`));
    assert.equal(await writePublicKeyFile(publicKeys), materialText(`${name}.pub`));
    assert.ok(sameKey(keys.publicKeys.signing, publicKeys.signing) && isBound(publicKeys) && isBound(keys.publicKeys));
    assert.equal(formatAddress(await addressOf(publicKeys.signing)), person.address);
    assert.equal(toHex(encode(SigningKey, publicKeys.signing).subarray(1)), person.signing_key);
    assert.equal(toHex(encode(SealingKey, publicKeys.sealing).subarray(1)), person.sealing_key);
  });

  materialTest(`the secrets of ${name} give the public keys, by @noble/curves`, async () => {
    const keys = await keysOf(name);
    assert.ok(isBound(keyPairOf(person.algorithm, keys.signing, keys.sealing).publicKeys));
    assert.equal(
      toHex(encode(SigningKey, signingKeyOf(person.algorithm, keys.signing)).subarray(1)),
      person.signing_key,
    );
    assert.equal(
      toHex(encode(SealingKey, sealingKeyOf(person.algorithm, keys.sealing)).subarray(1)),
      person.sealing_key,
    );
  });

  materialTest(`the key file of ${name}, with the secrets of another, is refused`, async () => {
    const keys = await keysOf(name);
    const [signing, sealing] = [keys.sealing, keys.signing];
    await assert.rejects(readSecretKeyFile(await writeSecretKeyFile({ ...keys, signing })), /not those/);
    await assert.rejects(readSecretKeyFile(await writeSecretKeyFile({ ...keys, sealing })), /not those/);
  });
}

/** P-256 alone, with nothing but WebCrypto: what a browser has. */
const webCryptoAlone: Opener = {
  hpkeOpen: openWithWebCrypto,
  async verify(key: SigningPublicKey, data: Bytes, signature: Bytes) {
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const imported = await webcrypto.subtle.importKey("raw", key.P256 as Bytes, algorithm, false, ["verify"]);
    return webcrypto.subtle.verify(algorithm, imported, signature, data);
  },
};

for (const { file, plain, readers, author } of told.sealed) {
  for (const name of readers) {
    materialTest(`${file} by ${author}, opened by ${name} with @hpke/core`, async () => {
      const opened = await openEnvelope(material(file), await readerOf(await keysOf(name)));
      assert.deepEqual(opened.plaintext, material(plain));
      assert.equal(
        opened.author && formatAddress(await addressOf(opened.author)),
        author && told.people[author]!.address,
      );
    });
  }
}

materialTest("an envelope of P-256 keys, opened and its author verified by WebCrypto alone", async () => {
  const envelopes = told.sealed.filter(({ readers, author }) => readers.includes("bob") && author === "dave");
  assert.ok(envelopes.length >= 2);
  const bob = await readerOf(await keysOf("bob"));
  for (const { file, plain } of envelopes) {
    assert.deepEqual((await openEnvelope(material(file), bob, webCryptoAlone)).plaintext, material(plain));
  }
  const altered = flipped(material(envelopes[0]!.file), material(envelopes[0]!.file).length - 1);
  await assert.rejects(openEnvelope(altered, bob, webCryptoAlone), /author/);
});

materialTest("who is no reader opens nothing", async () => {
  const carol = await readerOf(await keysOf("carol"));
  await assert.rejects(openEnvelope(material(told.sealed[2]!.file), carol), /no wrap/);
});

materialTest("every byte of an envelope and of its wraps counts", async () => {
  if (isAltered) return;
  const { file } = told.sealed[2]!;
  const bob = await readerOf(await keysOf("bob"));
  await assertEveryByteCounts(material(file), (altered) => openEnvelope(altered, bob));
});

materialTest("nobody is sealed to twice, nor to a key that is not bound", async () => {
  const [alice, bob] = [(await keysOf("alice")).publicKeys, (await keysOf("bob")).publicKeys];
  await assert.rejects(seal(kDocument, [alice, bob, alice]), /two wraps/);
  await assert.rejects(seal(kDocument, [{ ...alice, sealing: bob.sealing }]), /does not belong/);
});

materialTest("a public key file with any byte altered is refused", async () => {
  const text = Buffer.from(materialText("bob.pub"));
  await assertEveryByteCounts(text, (altered) => readPublicKeyFile(Buffer.from(altered).toString("latin1")));
});

// --- what this client makes

/** As the program `keys new` does: all secrets random. */
function newKeys(algorithm: "ed25519" | "p256"): KeyPair {
  const random = () => copy(algorithm === "p256" ? p256.utils.randomSecretKey() : x25519.utils.randomSecretKey());
  return keyPairOf(algorithm, random(), random());
}

const kDocument = new TextEncoder().encode("heart rate 68/min\n".repeat(100));

for (const algorithm of ["ed25519", "p256"] as const) {
  test(`new ${algorithm} keys seal, and open what was sealed`, async () => {
    const [author, other] = [newKeys(algorithm), newKeys(algorithm === "p256" ? "ed25519" : "p256")];
    const sealed = await seal(kDocument, [author.publicKeys, other.publicKeys], { author, chunkSize: 256 });
    for (const keys of [author, other]) {
      const opened = await openEnvelope(sealed, await readerOf(keys));
      assert.deepEqual(opened.plaintext, new Uint8Array(kDocument));
      assert.ok(sameKey(opened.author!, author.publicKeys.signing));
    }
  });

  materialTest(`${algorithm}: keys and envelopes for the program`, async () => {
    const keys = newKeys(algorithm);
    const text = await writeSecretKeyFile(keys);
    assert.deepEqual(await readSecretKeyFile(text), keys);
    giveBack(`new-${algorithm}.key`, text);
    giveBack(`new-${algorithm}.pub`, await writePublicKeyFile(keys.publicKeys));
    giveBack(`new-${algorithm}.address`, formatAddress(await addressOf(keys.publicKeys.signing)));
    const readers = [await keysOf("alice"), await keysOf("bob"), keys].map((pair) => pair.publicKeys);
    const envelope = await seal(kDocument, readers, { author: keys, chunkSize: 512 });
    giveBack(`by-${algorithm}.sealed`, envelope);
    const wrongRoot = flipped(envelope, envelope.length - 66);
    giveBack(`by-${algorithm}.altered`, wrongRoot);
  });
}

materialTest("envelopes without an author, empty, and of one full chunk", async () => {
  const readers = [await keysOf("alice"), await keysOf("bob")].map((pair) => pair.publicKeys);
  for (const [name, size] of [
    ["empty", 0],
    ["full", 256],
    ["more", 257],
  ] as const) {
    const sealed = await seal(new Uint8Array(size).fill(65), readers, { chunkSize: 256 });
    assert.equal(parseEnvelope(sealed).chunks.length, size === 257 ? 2 : 1);
    giveBack(`${name}.sealed`, sealed);
    giveBack(`${name}.plain`, new Uint8Array(size).fill(65));
  }
  giveBack("by.plain", kDocument);
});
