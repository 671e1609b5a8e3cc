import type { Generation } from '../stage/replaceable.ts';

/** The memory of a process at one moment, after a garbage collection. */
export interface MemorySample {
  /** Milliseconds since the epoch. */
  at: number;
  worker: string;
  pid: number;
  /** Live heap of the Worker's isolate. */
  heap_bytes: number;
  /** Resident memory of the process; undefined without Linux's /proc. */
  resident_bytes: number | undefined;
}

/** How the memory of a process changed. Only for processes that served long enough. */
export interface Growth {
  worker: string;
  /** Time from its start until new requests went to another process, or until the end. */
  served_s: number;
  /**
   * Compares the smallest heap of each window. A leak never shrinks, so it is part of the smallest heap. Requests that a
   * fault holds in flight for half a window are not, but would be part of the median.
   */
  heap: Change;
  /** Compares medians, because resident memory hardly ever shrinks. Undefined if the system does not report it. */
  resident: Change | undefined;
}

/** Sizes after the warm-up and at the end. */
export interface Change {
  before_bytes: number;
  after_bytes: number;
  limit_bytes: number;
}

/** Warm-up of a process. After it, modules are compiled and every kind of request has come. */
const WARM_MS = 5_000;
const WINDOW_MS = 15_000;
/** A process shrinks only in a pause longer than this. Users pause for 6 s many times, and once for longer. */
const LONG_PAUSE_MS = 10_000;

/**
 * Growth of the heap that is not a leak. The heap is measured at the quietest moment of a window, after a collection. It
 * needs room for requests that are always in flight, for code that is compiled later, and for what is kept by design: a few
 * documents, and 256 answers per balancer. In a run of three minutes at 40 requests per second, a leak of 600 bytes per
 * request exceeds it.
 */
const HEAP_FLOAT_BYTES = 4 * 2 ** 20;

/**
 * Growth of resident memory that is not a leak: pages that V8 and the allocator keep for the next peak, and pooled
 * connections.
 */
const RESIDENT_FLOAT_BYTES = 48 * 2 ** 20;

/**
 * Computes the growth of each process that served long enough for two windows.
 * @param used_at times at which requests were sent. A process that started during a pause is warm only after the first one.
 */
export function growth(
  samples: readonly MemorySample[],
  generations: readonly Generation[],
  used_at: readonly number[],
  ended_at: number,
): Growth[] {
  const grown: Growth[] = [];
  for (const { worker, pid, started_at, retired_at } of generations) {
    const end = Math.min(retired_at, ended_at);
    const warm = warmAt(
      used_at.filter((at) => at >= started_at && at < end),
      end,
    );
    if (end < warm + 2 * WINDOW_MS) continue;
    const own = samples.filter((sample) => sample.pid === pid && sample.at <= end);
    const before = own.filter(({ at }) => at >= warm && at < warm + WINDOW_MS);
    const after = own.filter(({ at }) => at > end - WINDOW_MS);
    const change = (of: (sample: MemorySample) => number | undefined, judge: Judge, float_bytes: number) => {
      const [first, last] = [before, after].map((all) =>
        judge(all.map(of).filter((bytes) => bytes !== undefined)),
      );
      if (first === undefined || last === undefined) return undefined;
      return { before_bytes: first, after_bytes: last, limit_bytes: first + float_bytes };
    };
    const heap = change(({ heap_bytes }) => heap_bytes, lowest, HEAP_FLOAT_BYTES);
    if (heap === undefined) continue;
    const resident = change(({ resident_bytes }) => resident_bytes, median, RESIDENT_FLOAT_BYTES);
    grown.push({ worker, served_s: Math.round((end - started_at) / 1_000), heap, resident });
  }
  return grown;
}

/** When a process is warm: after its first request, or after a long pause that would otherwise fill its first window. */
function warmAt(uses: readonly number[], end: number): number {
  const [first = end, ...others] = uses.toSorted((a, b) => a - b);
  let since = first;
  let before = first;
  for (const at of others) {
    if (at - before > LONG_PAUSE_MS && before < since + WARM_MS + WINDOW_MS) since = at;
    before = at;
  }
  return since + WARM_MS;
}

/** Whether a process has grown beyond its limits. */
export function hasGrown({ heap, resident }: Growth): boolean {
  return [heap, resident].some((change) => change !== undefined && change.after_bytes > change.limit_bytes);
}

/** Reduces the sizes of a window to one. @returns undefined if there are none */
type Judge = (sizes: readonly number[]) => number | undefined;

function lowest(sizes: readonly number[]): number | undefined {
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

function median(sizes: readonly number[]): number | undefined {
  return sizes.toSorted((a, b) => a - b)[sizes.length >> 1];
}
