import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';

// `npm run lock`: removes `engines`, the required Node version, from each package in package-lock.json. npm compares it with
// the Node that npm itself runs on, and prints five lines of warning for each package that requires a newer one. The warning
// means nothing here, because the project brings its own Node. It cannot be silenced by itself: `loglevel=error` would also
// silence warnings about deprecated packages and conflicts.

interface Lock {
  packages: Record<string, { engines?: unknown }>;
}

/** Removes `engines` from all packages of a lock file except the project itself. @returns the number of packages changed */
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
  console.log(`package-lock.json: removed \`engines\` from ${asking} packages`);
}
