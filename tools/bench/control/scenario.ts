import { setTimeout as sleep } from 'node:timers/promises';
import { KV_CACHE_S } from '../../../shared/documents/published.ts';
import { ORIGINS, POLICIES } from './configuration.ts';
import { type Decision, decisionOf, gatewaysSince, lastAttempt, lastOldDecision } from './decisions.ts';
import { type SteadyLoad, startSteadyLoad } from './load.ts';
import { difference, type Operations } from './operations.ts';
import type { Origins } from './origins.ts';
import type { Stage } from './stage.ts';

export interface ScenarioOptions {
  /** Requests per second for each gateway. */
  rate: number;
  /** Length of the phase in which operations are counted. */
  seconds: number;
}

/** The figures of a scenario. Seconds are `null` if the end was not reached in {@link LIMIT_MS}. */
export interface Measured {
  /** Operations while nothing changed. */
  quiet: { seconds: number; requests: number; operations: Operations };
  /** From the coordinator's verdict that an origin is down, which goes on to answer, to the last request that was sent to it. */
  verdict_to_last_request_s: number | null;
  /** From an origin's death until the coordinator judged it down. */
  death_to_verdict_s: number | null;
  /** From an origin's death to the last request that was sent to it. */
  death_to_last_request_s: number | null;
  /** Requests that were sent to the dead origin. */
  requests_to_dead_origin: number;
  /** From the start of a publication to the last request that was decided by the older configuration. */
  publish_to_last_old_s: number | null;
  /** Requests of the whole run. */
  requests: number;
  /** Requests of the whole run that were not answered with 200. */
  client_errors: number;
}

/**
 * The data centres get their first requests at different moments of this time: that of Workers' copies of KV keys. Copies that expire
 * at the same moment everywhere would show nothing of the slowest data centre.
 */
const SPREAD_MS = KV_CACHE_S * 1_000;
/** Load of all gateways before anything is measured. All origins are judged meanwhile. */
const WARM_UP_MS = 15_000;
/** Cron's interval on the platform. */
const TICK_MS = 60_000;
/** Longer than an answer of a selector is kept (10 s). */
const STILL_MS = 15_000;
/** An origin that a gateway uses gets none of this many requests once in 10^6 times: (3/4)^48. */
const STILL_REQUESTS = 12 * ORIGINS.length;
/** Longer than an origin's first ejection (30 s and up to a tenth). After it, a gateway that knows no verdict tries the origin again. */
const STILL_DEAD_MS = 36_000;
/** A phase that lasts longer has no figure. */
export const LIMIT_MS = 180_000;
const POLL_MS = 250;
/** The origins to which something happens. */
const [DEAD = '', FAILING = ''] = ORIGINS;

/**
 * Puts all gateways under a steady load. Then, one after the other: nothing changes, an origin fails its checks, another one dies, and
 * a configuration is published.
 * @param say receives a line for each phase
 */
export async function runScenario(
  stage: Stage,
  origins: Origins,
  options: ScenarioOptions,
  say: (line: string) => void,
): Promise<Measured> {
  await stage.tick();
  const ticks = setInterval(() => void stage.tick().catch((error) => say(String(error))), TICK_MS);
  const spread_ms = SPREAD_MS / stage.stores.centres.length;
  const destinations = stage.gateways.map(({ name, url, centre }) => ({
    name,
    url,
    start_ms: centre * spread_ms,
  }));
  const still_ms = Math.max(STILL_MS, (STILL_REQUESTS * 1_000) / options.rate);
  const load = startSteadyLoad(destinations, options.rate, say);
  try {
    say('warming up');
    await sleep(SPREAD_MS + WARM_UP_MS);
    say(`counting operations for ${options.seconds} s`);
    const quiet = await countOperations(stage, load, options.seconds);
    say('an origin fails its checks and goes on to answer');
    const verdict_to_last_request_s = await verdict(stage, origins, still_ms);
    say('an origin dies');
    const death = await deathOf(stage, origins, still_ms);
    say('a configuration is published');
    const publish_to_last_old_s = await publication(stage);
    await load.stop();
    return {
      quiet,
      verdict_to_last_request_s,
      ...death,
      publish_to_last_old_s,
      requests: load.ok + load.failed,
      client_errors: load.failed,
    };
  } finally {
    clearInterval(ticks);
    await load.stop();
  }
}

async function countOperations(
  { stores }: Stage,
  load: SteadyLoad,
  wanted_s: number,
): Promise<Measured['quiet']> {
  const [before, ok, since] = [stores.operations(), load.ok, Date.now()];
  await sleep(wanted_s * 1_000);
  const operations = difference(stores.operations(), before);
  return { seconds: secondsBetween(since, Date.now()), requests: load.ok - ok, operations };
}

async function verdict(stage: Stage, origins: Origins, still_ms: number): Promise<number | null> {
  const since = Date.now();
  origins.failChecks(FAILING);
  const judged_at = await until(() => downAt(stage, FAILING, since));
  if (judged_at === undefined) return null;
  const last = await settled(() => lastAttempt(decisions(stage), FAILING, judged_at), still_ms);
  return last === undefined ? null : secondsBetween(judged_at, last);
}

async function deathOf(stage: Stage, origins: Origins, still_ms: number) {
  await origins.kill(DEAD);
  const died_at = Date.now();
  const last = await settled(
    () => lastAttempt(decisions(stage), DEAD, died_at),
    Math.max(still_ms, STILL_DEAD_MS),
  );
  const judged_at = downAt(stage, DEAD, died_at);
  return {
    death_to_verdict_s: judged_at === undefined ? null : secondsBetween(died_at, judged_at),
    death_to_last_request_s: last === undefined ? null : secondsBetween(died_at, last),
    requests_to_dead_origin: decisions(stage).filter(({ at, tried }) => at > died_at && tried.includes(DEAD))
      .length,
  };
}

async function publication(stage: Stage): Promise<number | null> {
  const published_at = Date.now();
  const version = await stage.publishNext();
  const old = { version, old_strategy: `off/${POLICIES[0]}` };
  const last = await settled(() => lastOldDecision(decisions(stage), old, published_at), STILL_MS);
  const served = gatewaysSince(decisions(stage), Date.now() - STILL_MS);
  if (served.size !== stage.gateways.length)
    throw new Error(`only ${served.size} of ${stage.gateways.length} gateways had requests at the end`);
  return last === undefined ? null : secondsBetween(published_at, last);
}

function decisions({ stores: { traffic } }: Stage): Decision[] {
  return traffic.points.map((point, index) => decisionOf(point, traffic.arrived_at[index] ?? 0));
}

/** When the coordinator judged an origin down. */
function downAt({ stores: { health } }: Stage, origin: string, since: number): number | undefined {
  const isVerdict = (index: number) => {
    const point = health.points[index];
    return point?.kind === 'transition' && point.origin === origin && point.state === 'down';
  };
  return health.arrived_at.find((at, index) => at >= since && isVerdict(index));
}

/** Waits for a value. @returns undefined: there was none in {@link LIMIT_MS} */
async function until<T>(value: () => T | undefined): Promise<T | undefined> {
  const since = Date.now();
  while (Date.now() - since < LIMIT_MS) {
    await sleep(POLL_MS);
    const found = value();
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Waits until a moment that moves has stood still.
 * @param last returns the moment, milliseconds since the epoch
 * @returns the moment; undefined: it still moved after {@link LIMIT_MS}
 */
function settled(last: () => number, still_ms: number): Promise<number | undefined> {
  return until(() => {
    const moment = last();
    return Date.now() - moment >= still_ms ? moment : undefined;
  });
}

function secondsBetween(from: number, to: number): number {
  return (to - from) / 1_000;
}
