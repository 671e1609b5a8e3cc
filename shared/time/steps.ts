/**
 * Work that can pause: a generator that yields after at most a few milliseconds of computing. A Worker's clock stands still while
 * it computes (https://developers.cloudflare.com/workers/runtime-apis/performance/), so slices are cut by amount, not by time.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs all steps at once. */
export function runNow<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs the steps one by one. Other requests of the isolate run in between.
 * @param pause_ms after each step. A request takes many turns of the event loop, and waits for a step in each of them, so a pause
 *   keeps the isolate quick. Default: 0, the work ends soon
 */
export async function runInSlices<T>(steps: Steps<T>, pause_ms = 0): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await new Promise((resolve) => setTimeout(resolve, pause_ms));
  }
}

/** Counts work that was done. @returns whether the slice is full: the caller then yields */
export type CountWork = (units: number) => boolean;

/** Cuts steps into slices of `slice_units` units of work. */
export function sliceBy(slice_units: number): CountWork {
  let done = 0;
  return (units) => {
    done += units;
    if (done < slice_units) return false;
    done = 0;
    return true;
  };
}
