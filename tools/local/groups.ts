// Process groups. Every process that `npm start` starts leads a group of its own, so that what it starts in turn
// (wrangler: node, esbuild, workerd) ends with it. Windows has no groups: there the process alone is ended.

const GROUPS = process.platform !== 'win32';

/** How long a group has to end by itself. */
export const GRACE_MS = 3_000;

/** Sends a signal to a whole group. @returns false if nothing of it is left */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(GROUPS ? -pid : pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends groups: asks, waits up to {@link GRACE_MS}, then kills what is left. */
export async function endGroups(pids: readonly number[], grace_ms = GRACE_MS): Promise<void> {
  const deadline = Date.now() + grace_ms;
  let left = pids.filter((pid) => signalGroup(pid, 'SIGTERM'));
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = left.filter((pid) => signalGroup(pid, 0));
  }
  for (const pid of left) signalGroup(pid, 'SIGKILL');
}
