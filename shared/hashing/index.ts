// The hashes, for checking a mapping or using it elsewhere: `import { maglevTable } from './shared/hashing/index.ts'`. Workers
// import the single files, so that their bundles carry only the hashes they use.

export { crc32 } from './crc32.ts';
export { jumpHash } from './jump.ts';
export { type KetamaNode, type KetamaRing, ketamaRing } from './ketama.ts';
export { isPrime, type MaglevNode, maglevHash, maglevLookup, maglevTable } from './maglev.ts';
export { type RendezvousNode, rendezvous } from './rendezvous.ts';
export { xxh64 } from './xxh64.ts';
