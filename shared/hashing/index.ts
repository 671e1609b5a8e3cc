// Hashes for people who want to check a mapping or use it elsewhere: `import { maglevTable } from
// './shared/hashing/index.ts'`. The Workers import the files themselves, and so carry no hash that they do not use.

export { crc32 } from './crc32.ts';
export { jumpHash } from './jump.ts';
export { type KetamaNode, type KetamaRing, ketamaRing } from './ketama.ts';
export { type MaglevNode, maglevHash, maglevLookup, maglevTable } from './maglev.ts';
export { isPrime } from './prime.ts';
export { type RendezvousNode, rendezvous } from './rendezvous.ts';
export { xxh64 } from './xxh64.ts';
