import type { Generation } from '../stage/replaceable.ts';

/** A process's memory at a time, after its Worker's garbage was collected. */
export interface MemorySample {
  /** Milliseconds since the epoch. */
  at: number;
  worker: string;
  pid: number;
  /** What the Worker's isolate holds. */
  heap_bytes: number;
  /** All that the system has given to the process; undefined without Linux's /proc. */
  resident_bytes: number | undefined;
}

/** Memory of a process that lived long enough to be judged. */
export interface Growth {
  worker: string;
  /** From its start until new requests went elsewhere, or the end. */
  served_s: number;
  /**
   * The lowest sizes of each window. A leak never shrinks, so it is in them. They do not have the requests that a fault
   * holds in flight for half a window, and a median has.
   */
  heap: Change;
  /** Medians, because it hardly ever shrinks. Undefined where the system does not tell. */
  resident: Change | undefined;
}

/** Sizes after warm-up and at the end. */
export interface Change {
  before_bytes: number;
  after_bytes: number;
  limit_bytes: number;
}

/** Modules are compiled then, and every kind of request has been there. */
const WARM_MS = 5_000;
const WINDOW_MS = 15_000;
/** Users pause for 6 s again and again, and once for longer: a process shrinks in that one alone. */
const LONG_PAUSE_MS = 10_000;

/**
 * What a heap may gain without leaking. It is what is left after a collection at the quietest moment of a window, so it
 * needs room for what is always in flight, for code that is compiled later, and for what is kept by design: a few
 * documents, 256 answers a balancer. A leak of 600 bytes a request is more than that in a run of three minutes at 40 a second.
 */
const HEAP_FLOAT_BYTES = 4 * 2 ** 20;

/**
 * What a process may gain around its heap: pages that V8 and the allocator keep for the next peak, connections that are
 * pooled.
 */
const RESIDENT_FLOAT_BYTES = 48 * 2 ** 20;

/**
 * How each process grew that served long enough for two windows.
 * @param used_at when requests were sent: a process that started while nobody sent is warm only after the first of them
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

/** When a process is warm: after its first use, or after a long pause that would make its first window an idle one. */
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

/** Whether a process has grown beyond what its limits allow. */
export function hasGrown({ heap, resident }: Growth): boolean {
  return [heap, resident].some((change) => change !== undefined && change.after_bytes > change.limit_bytes);
}

/** One size for those of a window. @returns undefined if there are none */
type Judge = (sizes: readonly number[]) => number | undefined;

function lowest(sizes: readonly number[]): number | undefined {
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

function median(sizes: readonly number[]): number | undefined {
  return sizes.toSorted((a, b) => a - b)[sizes.length >> 1];
}
