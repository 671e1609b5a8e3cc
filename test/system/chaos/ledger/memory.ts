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
 * What may come on top of the size after warm-up. V8 lets the heap of an isolate with much garbage float by its young
 * generation (two semi-spaces of 16 MiB and what is promoted until the next major collection), and the C++ heap keeps
 * what concurrent requests once needed; both level off. A leak does not: at the 80 requests a second of a run of three
 * minutes, 3 KiB for each request are 40 MiB.
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
