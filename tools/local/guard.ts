import { createInterface } from 'node:readline';
import { endGroups } from './groups.ts';

// Started by `npm start` beside everything else, to leave no process behind even if `npm start` itself is killed
// and can end nothing any more: its standard input closes then. Lines are `+PID` and `-PID` of process groups.

const pids = new Set<number>();
// A terminal sends Ctrl-C to its whole foreground group; the guard must outlive that.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) pids.add(pid);
  else pids.delete(pid);
}
await endGroups([...pids]);
process.exit();
