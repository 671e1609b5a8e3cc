import { createInterface } from 'node:readline';
import { endGroups } from './groups.ts';

// The guard ends all processes of `npm start` if `npm start` itself is killed. Its standard input closes then. Until then it
// reads lines: `+PID` adds a process group and `-PID` removes one.

const pids = new Set<number>();
// A terminal sends Ctrl-C to its whole foreground group, which the guard must survive.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) pids.add(pid);
  else pids.delete(pid);
}
await endGroups([...pids]);
process.exit();
