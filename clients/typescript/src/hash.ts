/** SHA-256, with and without a domain; all of it WebCrypto's. */
import { ascii, concat, copy, type Bytes } from "./bytes.js";

/** Browsers and Node.js from 19 on have it as a global; Node.js 18 in a module. */
export const webcrypto: Crypto = globalThis.crypto ?? ((await import("node:crypto")).webcrypto as unknown as Crypto);

export async function sha256(data: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await webcrypto.subtle.digest("SHA-256", copy(data)));
}

/** SHA-256(domain ‖ 00 ‖ data): lib/src/crypto/FORMAT.md, Hashes and signatures. */
export function hashWithDomain(domain: string, data: Uint8Array): Promise<Bytes> {
  return sha256(concat(ascii(domain), new Uint8Array(1), data));
}
