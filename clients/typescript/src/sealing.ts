/** Sealing: lib/src/crypto/FORMAT.md, Envelope and Records. */
import { bcs } from "@mysten/bcs";
import { addressOf } from "./address.js";
import { check, concat, type Bytes } from "./bytes.js";
import { encode } from "./codec.js";
import {
  chainOf,
  checkHeader,
  checkWraps,
  chunkNonce,
  contentCommitment,
  Context,
  derive,
  Header,
  headerDigest,
  kEnvelopeDomain,
  kWrapInfo,
  signedMessage,
  Trailer,
  Wrap,
  wrapAad,
  wrapsRoot,
} from "./envelope.js";
import { webcrypto } from "./hash.js";
import { sealAesGcm, sealWithHpke } from "./hpke.js";
import type { KeyPair, PublicKeys } from "./keys.js";
import { isBound, sign } from "./signatures.js";

export interface SealOptions {
  author?: KeyPair;
  chunkSize?: number;
  record?: { chain: Bytes; record: Bytes }; // otherwise a file with a random id
}

/** The grammar's parts: a file has them in one piece, a record apart. */
interface Sealed {
  header: Header;
  wraps: Wrap[];
  chunkBytes: Bytes;
  trailer: Bytes;
  commitment: Bytes;
}

function random(size: number): Bytes {
  return webcrypto.getRandomValues(new Uint8Array(size));
}

async function wrapFor(reader: PublicKeys, contentKey: Bytes, header: Header): Promise<Wrap> {
  check(isBound(reader), "the sealing key does not belong to its signing key");
  const address = await addressOf(reader.signing);
  const aad = wrapAad(encode(Context, header.context), address, header.key_commitment);
  const wrapped = await sealWithHpke(reader.sealing, contentKey, kWrapInfo, aad);
  return { reader: address, kem: reader.sealing.X25519 ? 0 : 1, ...wrapped };
}

async function sealChunks(plaintext: Uint8Array, contentKey: Bytes, header: Header): Promise<Bytes> {
  const key = await derive(contentKey, "aead-key", encode(Context, header.context));
  const aad = await headerDigest(header);
  const count = Math.max(1, Math.ceil(plaintext.length / header.chunk_size));
  const parts: Bytes[] = [];
  for (let index = 0; index < count; index++) {
    const last = index === count - 1;
    const piece = new Uint8Array(plaintext.subarray(index * header.chunk_size, (index + 1) * header.chunk_size));
    const chunk = await sealAesGcm(key, chunkNonce(index, last), aad, piece);
    parts.push(encode(bcs.u32(), chunk.length + (last ? 0x8000_0000 : 0)), chunk);
  }
  return concat(...parts);
}

async function sealParts(plaintext: Uint8Array, readers: PublicKeys[], options: SealOptions): Promise<Sealed> {
  const { author, chunkSize = 65_536, record } = options;
  const context: Context = record ? { $kind: "record", record } : { $kind: "file", file: random(32) };
  const contentKey = random(32);
  const header: Header = {
    version: 1,
    suite: 1,
    context,
    chunk_size: chunkSize,
    key_commitment: await derive(contentKey, "key-commitment", encode(Context, context)),
    author: author ? author.publicKeys.signing : null,
  };
  checkHeader(header);
  const wraps = await Promise.all(readers.map((reader) => wrapFor(reader, contentKey, header)));
  checkWraps(wraps, []);
  const chunkBytes = await sealChunks(plaintext, contentKey, header);
  const wraps_root = await wrapsRoot(wraps);
  const message = await signedMessage(header, wraps_root, chunkBytes);
  const signature = author ? sign(author, kEnvelopeDomain, chainOf(context), message) : null;
  const commitment = await contentCommitment(contentKey, context, new Uint8Array(plaintext));
  return { header, wraps, chunkBytes, trailer: encode(Trailer, { wraps_root, signature }), commitment };
}

function join({ header, chunkBytes, trailer }: Sealed, wraps: Wrap[]): Bytes {
  const lists = [encode(bcs.vector(Wrap), wraps), encode(bcs.vector(Wrap), [])];
  return concat(encode(Header, header), ...lists, chunkBytes, trailer);
}

/** A file for these readers, as `medchain open` takes it. */
export async function seal(plaintext: Uint8Array, readers: PublicKeys[], options: SealOptions = {}): Promise<Bytes> {
  const sealed = await sealParts(plaintext, readers, options);
  return join(sealed, sealed.wraps);
}

/** A record taken apart as a put's payload: the body without wraps, and a wrap for each reader beside it. */
export async function sealRecord(
  plaintext: Uint8Array,
  readers: PublicKeys[],
  author: KeyPair,
  record: { chain: Bytes; record: Bytes },
): Promise<{ payload: Bytes[]; commitment: Bytes }> {
  const sealed = await sealParts(plaintext, readers, { author, record });
  const payload = [join(sealed, []), ...sealed.wraps.map((wrap) => encode(Wrap, wrap))];
  return { payload, commitment: sealed.commitment };
}
