/** Envelopes: lib/src/crypto/FORMAT.md, Envelope. Their grammar, and what both opening and sealing derive. */
import { bcs, BcsReader } from "@mysten/bcs";
import { Address, type Address as AddressBytes } from "./address.js";
import { ascii, check, concat, copy, equal, type Bytes } from "./bytes.js";
import { bytes, decode, encode, fixed, hash } from "./codec.js";
import { hashWithDomain, sha256 } from "./hash.js";
import { hkdfExpand, hkdfExtract, openAesGcm, openWithHpke, type HpkeOpen, type SealingPair } from "./hpke.js";
import { Signature, SigningKey, type SigningPublicKey } from "./keys.js";
import { kNoChain, preimage, verifyRaw } from "./signatures.js";
import { treeRoot } from "./trees.js";

export const Context = bcs.enum("Context", {
  file: fixed(32),
  record: bcs.struct("RecordContext", { chain: hash, record: hash }),
});
export const Header = bcs.struct("Header", {
  version: bcs.uleb128(),
  suite: bcs.uleb128(),
  context: Context,
  chunk_size: bcs.u32(),
  key_commitment: hash,
  author: bcs.option(SigningKey),
});
export const Wrap = bcs.struct("Wrap", { reader: Address, kem: bcs.uleb128(), enc: bytes, ciphertext: bytes });
export const Trailer = bcs.struct("Trailer", { wraps_root: hash, signature: bcs.option(Signature) });
const Front = bcs.struct("Front", { header: Header, wraps: bcs.vector(Wrap), added: bcs.vector(Wrap) });

export type Context = typeof Context.$inferType;
export type Header = typeof Header.$inferType;
export type Wrap = typeof Wrap.$inferType;

export const kEnvelopeDomain = "medchain/envelope/v1";
const kLast = 0x8000_0000;
const kMaxWraps = 1024;

export interface Envelope {
  header: Header;
  wraps: Wrap[];
  added: Wrap[];
  chunks: Bytes[];
  chunkBytes: Bytes; // of all, length words included
  trailer: typeof Trailer.$inferType;
}

// --- the grammar

/** From `at` on; (the chunks, where the trailer begins). */
function readChunks(encoded: Bytes, at: number): [Bytes[], number] {
  const view = new DataView(encoded.buffer);
  const chunks: Bytes[] = [];
  for (let last = false; !last;) {
    check(at + 4 <= encoded.length, "the envelope ends before its last chunk");
    const word = view.getUint32(at, true);
    const size = word & ~kLast;
    last = word >= kLast;
    check(at + 4 + size <= encoded.length, "the envelope ends within a chunk");
    chunks.push(encoded.slice(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return [chunks, at];
}

export function checkHeader({ version, suite, chunk_size }: Header): void {
  check(version === 1 && suite === 1, `version ${version} and suite ${suite}, expected 1 and 1`);
  check(chunk_size >= 256 && chunk_size <= 1_048_576, `chunks of ${chunk_size} bytes`);
}

export function checkWraps(wraps: Wrap[], added: Wrap[]): void {
  check(wraps.length <= kMaxWraps && added.length <= kMaxWraps, "more than 1024 wraps");
  const readers = new Set([...wraps, ...added].map((wrap) => wrap.reader.join()));
  check(readers.size === wraps.length + added.length, "a reader has two wraps");
  for (const { kem, enc, ciphertext } of [...wraps, ...added]) {
    check(
      kem <= 1 && enc.length === [32, 65][kem] && ciphertext.length === 48,
      "a wrap of other sizes than its KEM has",
    );
  }
}

/** Throws for what is no envelope. Of signatures, tags and roots it says nothing. */
export function parseEnvelope(encoded: Uint8Array): Envelope {
  const own = copy(encoded);
  const chunksAt = encode(Front, Front.read(new BcsReader(own))).length;
  const { header, wraps, added } = decode(Front, own.subarray(0, chunksAt));
  checkHeader(header);
  checkWraps(wraps, added);
  const [chunks, trailerAt] = readChunks(own, chunksAt);
  const trailer = decode(Trailer, own.subarray(trailerAt));
  check((trailer.signature === null) === (header.author === null), "an author without a signature, or the reverse");
  return { header, wraps, added, chunks, chunkBytes: own.slice(chunksAt, trailerAt), trailer };
}

// --- what both sides derive

export async function derive(contentKey: Bytes, label: string, context: Bytes): Promise<Bytes> {
  const prk = await hkdfExtract(new Uint8Array(), contentKey);
  return hkdfExpand(prk, concat(ascii(`medchain/seal/v1/${label}`), new Uint8Array(1), context));
}

export const kWrapInfo = ascii("medchain/wrap/v1");

export function wrapAad(context: Bytes, reader: Uint8Array, keyCommitment: Uint8Array): Bytes {
  return concat(context, reader, keyCommitment);
}

export function headerDigest(header: Header): Promise<Bytes> {
  return hashWithDomain("medchain/envelope-header/v1", encode(Header, header));
}

/** seven 00 ‖ number of the chunk, u32 big-endian ‖ 01 for the last */
export function chunkNonce(index: number, last: boolean): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

export function wrapsRoot(wraps: Wrap[]): Promise<Bytes> {
  return treeRoot(wraps.map((wrap) => encode(Wrap, wrap)));
}

/** What the author signs, without domain and chain. */
export async function signedMessage(header: Header, root: Bytes, chunkBytes: Bytes): Promise<Bytes> {
  return concat(await headerDigest(header), root, await sha256(chunkBytes));
}

export function chainOf(context: Context): Bytes {
  return context.record ? context.record.chain : kNoChain;
}

/** The ledger's content commitment to what a record's envelope holds (Records). */
export async function contentCommitment(contentKey: Bytes, context: Context, plaintext: Bytes): Promise<Bytes> {
  const salt = await derive(contentKey, "content-salt", encode(Context, context));
  return hashWithDomain("medchain/content/v1", concat(salt, plaintext));
}

// --- opening

/** The primitives that opening takes from outside; the rest is WebCrypto's. */
export interface Opener {
  hpkeOpen: HpkeOpen;
  verify(key: SigningPublicKey, data: Bytes, signature: Bytes): boolean | Promise<boolean>;
}

const kDefaultOpener: Opener = { hpkeOpen: openWithHpke, verify: verifyRaw };

export interface Reader extends SealingPair {
  address: AddressBytes;
}

export interface Opened {
  plaintext: Bytes;
  author: SigningPublicKey | null;
  contentKey: Bytes;
  context: Context;
}

async function contentKeyFor(reader: Reader, { header, wraps, added }: Envelope, hpkeOpen: HpkeOpen): Promise<Bytes> {
  const wrap = [...wraps, ...added].find((candidate) => equal(candidate.reader, reader.address));
  check(wrap !== undefined, "the envelope has no wrap for this reader");
  check(wrap.kem === (reader.publicKey.X25519 ? 0 : 1), "the wrap is for a key of another algorithm");
  const context = encode(Context, header.context);
  const key = await hpkeOpen(reader, wrap, kWrapInfo, wrapAad(context, reader.address, header.key_commitment));
  const commitment = await derive(key, "key-commitment", context);
  check(equal(commitment, header.key_commitment), "the content key is not the one that the header commits to");
  return key;
}

async function openChunks({ header, chunks }: Envelope, contentKey: Bytes): Promise<Bytes> {
  const key = await derive(contentKey, "aead-key", encode(Context, header.context));
  const aad = await headerDigest(header);
  const opened: Bytes[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const last = index === chunks.length - 1;
    const plaintext = await openAesGcm(key, chunkNonce(index, last), aad, chunk);
    const full = plaintext.length === header.chunk_size;
    const short = plaintext.length < header.chunk_size && (plaintext.length > 0 || chunks.length === 1);
    check(full || (last && short), `chunk ${index} has ${plaintext.length} bytes`);
    opened.push(plaintext);
  }
  return concat(...opened);
}

async function checkAuthor({ header, wraps, trailer, chunkBytes }: Envelope, opener: Opener): Promise<void> {
  if (wraps.length)
    check(equal(await wrapsRoot(wraps), trailer.wraps_root), "the wraps are not those of the trailer's root");
  if (!header.author || !trailer.signature) return;
  const message = await signedMessage(header, trailer.wraps_root, chunkBytes);
  const signed = preimage(kEnvelopeDomain, chainOf(header.context), message);
  check(await opener.verify(header.author, signed, trailer.signature), "the author's signature does not verify");
}

/** Throws unless all of it is as it was sealed. Without an author it could come from anyone. */
export async function openEnvelope(encoded: Uint8Array, reader: Reader, opener = kDefaultOpener): Promise<Opened> {
  const envelope = parseEnvelope(encoded);
  const contentKey = await contentKeyFor(reader, envelope, opener.hpkeOpen);
  const plaintext = await openChunks(envelope, contentKey);
  await checkAuthor(envelope, opener);
  return { plaintext, author: envelope.header.author, contentKey, context: envelope.header.context };
}
