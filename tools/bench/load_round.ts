import type { ChildProcess } from 'node:child_process';
import { nextMessage } from './child.ts';
import { cpuMicroseconds } from './cpu.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import type { Round } from './rounds.ts';

/**
 * Measures one round.
 * @param load a process of load.ts
 * @param pid workerd, whose CPU time counts
 */
export async function loadRound(load: ChildProcess, pid: number, order: LoadOrder): Promise<Round> {
  const before = cpuMicroseconds(pid);
  load.send(order);
  const result = await nextMessage<LoadResult>(load);
  const after = cpuMicroseconds(pid);
  return {
    cpu_us: before === undefined || after === undefined ? undefined : (after - before) / result.ok,
    requests_per_s: result.ok / result.seconds,
    requests: result.ok,
    failed: result.failed,
  };
}
