/** The seed of a client: what a program in TypeScript needs to read, write and verify MedChain's formats. */
export * from "./address.js";
export * from "./blocks.js";
export * from "./bytes.js";
export * from "./codec.js";
export * from "./envelope.js";
export * from "./genesis.js";
export * from "./hash.js";
export * from "./hpke.js";
export * from "./keys.js";
export * from "./receipts.js";
export * from "./sealing.js";
export * from "./signatures.js";
export * from "./transactions.js";
export * from "./trees.js";
