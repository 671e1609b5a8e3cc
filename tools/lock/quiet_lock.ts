import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';

// `npm run lock`: removes `engines`, the Node that a package asks for, from each package in package-lock.json. npm compares it
// with the Node that npm itself runs under, and prints five lines of warning for each package that asks for a newer one. The
// warning means nothing here, because the project brings its own Node, which runs everything. It cannot be silenced alone:
// `loglevel=error` would silence deprecated packages and conflicts as well.

interface Lock {
  packages: Record<string, { engines?: unknown }>;
}

/** Takes the engines out of a lock file's packages, all but the project's own. @returns how many had some */
export function quiet(lock: Lock): number {
  const asking = Object.entries(lock.packages).filter(([path, { engines }]) => path !== '' && engines);
  for (const [, entry] of asking) delete entry.engines;
  return asking.length;
}

if (import.meta.main) await runTool('lock', main);

function main(): void {
  const file = inRoot('package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const asking = quiet(lock);
  if (asking > 0) writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
  console.log(`package-lock.json: engines taken from ${asking} packages`);
}
