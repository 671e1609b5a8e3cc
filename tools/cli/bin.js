#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// The entry of `lb`. It is JavaScript, and loads nothing before the cache is there: Node then strips no types and compiles nothing
// again, which takes 85 ms of every start. Without it, compiling wrangler's one file of 20 MB takes a second each time.
const [major] = process.versions.node.split('.');
if (Number(major) < 24) {
  console.error(
    `lb: this is Node ${process.versions.node}, and lb needs Node 24; run it as \`npx lb\`, which brings its own`,
  );
  process.exit(2);
}
module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url)));
await import('./lb.ts');
