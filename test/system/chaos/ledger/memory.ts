import { readFileSync } from 'node:fs';
import type { Generation } from '../stage/replaceable.ts';

/** A process's resident memory at a time. */
export interface MemorySample {
  /** Milliseconds since the epoch. */
  at: number;
  worker: string;
  pid: number;
  bytes: number;
}

/** Memory of a process that lived long enough to be judged. */
export interface Growth {
  worker: string;
  pid: number;
  /** From its start until new requests went elsewhere, or the end. */
  served_s: number;
  /** Median after warm-up. */
  before_bytes: number;
  /** Median at the end. */
  after_bytes: number;
  limit_bytes: number;
}

/** A process's caches, compiled code and first garbage collections are behind it then. */
const WARM_MS = 10_000;
const WINDOW_MS = 10_000;

/**
 * What may come on top of the size after warm-up. Measured with heaps as small as the harness keeps them
 * (stage/workers.ts): gateway, selector and proxy in one process grew by 46 MiB between 2,400 requests and 7,200, and by
 * nothing between 7,200 and 21,600. A leak does not level off: at 60 requests a second for three minutes, 4 KiB of each
 * are 40 MiB.
 */
const FLOAT_BYTES = 40 * 2 ** 20;

/** Resident memory of a process, undefined without Linux's /proc or when it has ended. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

/** How each process grew that served long enough for a size after warm-up and one at its end. */
export function growth(
  samples: readonly MemorySample[],
  generations: readonly Generation[],
  ended_at: number,
): Growth[] {
  const grown: Growth[] = [];
  for (const { worker, pid, started_at, retired_at } of generations) {
    const end = Math.min(retired_at, ended_at);
    const own = samples.filter((sample) => sample.pid === pid);
    const warm = started_at + WARM_MS;
    if (end < warm + 2 * WINDOW_MS) continue;
    const before = median(own.filter(({ at }) => at >= warm && at < warm + WINDOW_MS));
    const after = median(own.filter(({ at }) => at > end - WINDOW_MS && at <= end));
    if (before === undefined || after === undefined) continue;
    grown.push({
      worker,
      pid,
      served_s: Math.round((end - started_at) / 1_000),
      before_bytes: before,
      after_bytes: after,
      limit_bytes: before + FLOAT_BYTES,
    });
  }
  return grown;
}

function median(samples: readonly MemorySample[]): number | undefined {
  const sizes = samples.map(({ bytes }) => bytes).sort((a, b) => a - b);
  return sizes[sizes.length >> 1];
}
