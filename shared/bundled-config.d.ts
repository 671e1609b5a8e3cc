// Resolved by each wrangler.*.toml (`alias`) to what `lb bundle-config` wrote from plimsoll.jsonc at build.
declare module 'bundled-config' {
  const document: import('./model/config.ts').ConfigDocument;
  export default document;
}
