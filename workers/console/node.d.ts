// The parts of Node's modules that the history uses. workerd provides them with `nodejs_compat`. Types of all of Node would also allow
// what a Worker does not have.

declare module 'node:zlib' {
  export function gzipSync(data: Uint8Array, options: { level: number }): Uint8Array;
  export function gunzipSync(data: Uint8Array): Uint8Array;
}

declare module 'node:crypto' {
  interface Hash {
    update(data: string | Uint8Array): Hash;
    digest(encoding: 'hex'): string;
  }
  export function createHash(algorithm: 'sha256'): Hash;
}
