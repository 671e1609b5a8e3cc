import type { HealthDocument, OriginState } from '../../../../shared/contracts/health.ts';
import type { OutlierDetection, Pool } from '../../../../shared/model/config.ts';
import { Outliers } from '../../../../workers/gateway/ejection/outliers.ts';
import { pool } from '../support.ts';

/** The defaults. */
export const RULE: OutlierDetection = {
  consecutive_failures: 5,
  failure_percent: 85,
  minimum_requests: 50,
  interval_s: 10,
  base_ejection_s: 30,
  max_ejection_s: 300,
  max_ejection_percent: 50,
};

/** A pool of origins `p/a`, `p/b`, … that ejects. */
export function poolOf(names: string, change: Partial<Pool> = {}): Pool {
  return pool('p', [...names], { outlier_detection: RULE, ...change });
}

/** What active checks found, and since when. */
export function health(states: Record<string, [OriginState, number]>, published_at: number): HealthDocument {
  return {
    version: 1,
    published_at,
    heartbeat_ms: 60_000,
    origins: Object.fromEntries(
      Object.entries(states).map(([name, [state, since]]) => [`p/${name}`, { state, since, rtt_ms: {} }]),
    ),
  };
}

/** An isolate's outliers of one pool, with a clock that the test moves. */
export function watch(of: Pool, random = () => 0) {
  const outliers = new Outliers(random);
  const clock = { ms: 1_000_000 };
  let known: HealthDocument | undefined;
  const named = (name: string) => {
    const origin = of.origins.find((one) => one.name === name);
    if (origin === undefined) throw new Error(`no origin ${name}`);
    return origin;
  };
  const note = (name: string, failed: boolean) => outliers.note(named(name), of, failed, known, clock.ms);
  return {
    outliers,
    clock,
    note,
    know: (document: HealthDocument) => {
      known = document;
    },
    /** @returns the first ejection */
    fail: (name: string, times: number) =>
      Array.from({ length: times }, () => note(name, true)).find((event) => typeof event === 'object'),
    ejected: () => of.origins.filter(({ id }) => outliers.share(id, clock.ms) === 0).map(({ name }) => name),
    share: (name: string) => outliers.share(named(name).id, clock.ms),
    readmit: () => outliers.readmit(known, clock.ms),
  };
}
