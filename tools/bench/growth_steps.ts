import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bodyOf, parseBody } from '../../shared/documents/body.ts';
import type { Config } from '../../shared/model/config.ts';
import { runNow, type Steps } from '../../shared/time/steps.ts';
import { compileSteps } from '../../workers/gateway/state/compiled_config.ts';
import { documentOf } from '../harness/config.ts';
import { spreadOf } from './rounds.ts';

/** How long the gateway computes to take over a configuration. */
export interface StepsResult {
  body_bytes: number;
  /** By repetition. In the first one, nothing was compiled before, as in a new isolate. */
  runs: { slices: number; longest_ms: number; total_ms: number }[];
  /**
   * The longest slice by the median of its repetitions. Pauses of the garbage collector, and other work on the machine, hit another
   * slice each time.
   */
  longest_median_ms: number;
  /** Heap of the parsed and prepared configuration. */
  heap_bytes: number;
}

/** Parses and prepares a configuration in slices, by the code of the gateway, and measures each slice. */
export function measureSteps(config: Config, repetitions: number): StepsResult {
  const body = bodyOf(config);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const runs: StepsResult['runs'] = [];
  const by_slice: number[][] = [];
  for (let i = 0; i < repetitions; i++) {
    collect();
    const slices_ms: number[] = [];
    const parsed = timed(parseBody(body), slices_ms);
    timed(compileSteps(documentOf(parsed)), slices_ms);
    slices_ms.forEach((ms, slice) => {
      by_slice[slice] = [...(by_slice[slice] ?? []), ms];
    });
    runs.push({
      slices: slices_ms.length,
      longest_ms: Math.max(...slices_ms),
      total_ms: slices_ms.reduce((sum, ms) => sum + ms, 0),
    });
  }
  collect();
  const before = process.memoryUsage().heapUsed;
  const compiled = runNow(compileSteps(documentOf(runNow(parseBody(body)))));
  collect();
  const heap_bytes = process.memoryUsage().heapUsed - before;
  // Used here, so that it is not collected before.
  if (compiled.origins.size === 0) throw new Error('the configuration has no origins');
  const longest_median_ms = Math.max(...by_slice.map((times) => spreadOf(times)?.median ?? 0));
  return { body_bytes: Buffer.byteLength(body), runs, longest_median_ms, heap_bytes };
}

/** Runs steps and adds the time of each, including garbage collection. */
function timed<T>(steps: Steps<T>, slices_ms: number[]): T {
  for (;;) {
    const began_at = performance.now();
    const { done, value } = steps.next();
    slices_ms.push(performance.now() - began_at);
    if (done === true) return value;
  }
}
