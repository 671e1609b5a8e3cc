// Process groups. Every process that `npm start` starts leads its own group, so that its children (node, esbuild and workerd
// of wrangler) end with it. Windows has no groups, so only the process itself ends there.

const GROUPS = process.platform !== 'win32';

/** Time in which a group can end by itself. */
export const GRACE_MS = 3_000;

/** Sends a signal to a whole group. @returns false if the group has no process left */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(GROUPS ? -pid : pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends groups: sends SIGTERM, waits up to `grace_ms`, then kills the rest. */
export async function endGroups(pids: readonly number[], grace_ms = GRACE_MS): Promise<void> {
  const deadline = Date.now() + grace_ms;
  let left = pids.filter((pid) => signalGroup(pid, 'SIGTERM'));
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = left.filter((pid) => signalGroup(pid, 0));
  }
  for (const pid of left) signalGroup(pid, 'SIGKILL');
}
