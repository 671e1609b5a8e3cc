import { vi } from 'vitest';
import { DataCentre, type SharedCache } from '../../../shared/documents/data_centre.ts';
import { AS_PUBLISHED, type Defer, IsolateDocuments } from '../../../shared/documents/isolate_documents.ts';
import { Reader, type Sources } from '../../../shared/documents/reader.ts';
import type { Deployment } from '../../../tools/cost/deployment.ts';
import { type Random, randomOf } from '../../../tools/project/random.ts';
import { SAME_MS } from '../../../workers/selector/paces.ts';
import { sources } from '../../support/sources.ts';

/** Operations that were counted, per second. */
export interface Counted {
  kv_reads: number;
  coordinator_requests: number;
  cache_operations: number;
}

/**
 * Runs the real reader of every isolate of a deployment in virtual time, with requests at random, and counts what it asks for.
 * Needs fake timers, `Date` included.
 * @param seconds counted, after a minute of warm-up
 */
export async function countLooks(deployment: Deployment, seconds: number): Promise<Counted> {
  const { isolates, centres, requests_per_s, read_ms } = deployment;
  const world = sources({ balancers: [], pools: {}, monitors: {} });
  Object.defineProperty(world.clock, 'ms', { get: Date.now });
  if (!deployment.cache) world.modes.cache = 'empty';
  let cache_operations = 0;
  const slow = async <T>(answer: Promise<T>): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, read_ms));
    return answer;
  };
  const { control, store } = world;
  const behind: Sources = {
    KV: { get: (...args: Parameters<typeof store.get>) => slow(store.get(...args)) } as typeof store,
    ...(deployment.coordinator ? { CONTROL: { ...control, heads: () => slow(control.heads()) } } : {}),
  };
  const caches = Array.from({ length: centres }, () => counting(world.cache(), () => cache_operations++));

  for (let index = 0; index < isolates; index++) {
    const centre = new DataCentre('kv', () => caches[index % centres] ?? world.cache(), Date.now);
    const isolate = () => new IsolateDocuments(new Reader(behind, centre, Date.now), Date.now, AS_PUBLISHED);
    const [gateway, selector] = [isolate(), isolate()];
    const random = randomOf(1, `isolate ${index}`);
    atRandom(requests_per_s / isolates, random, () => {
      void gateway.look(defer);
      gateway.refresh(defer);
    });
    atRandom(Math.min(1, requests_per_s / isolates), random, () => selector.refresh(defer, SAME_MS));
  }
  await vi.advanceTimersByTimeAsync(60_000);
  world.log.length = 0;
  cache_operations = 0;
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  const logged = (source: string) => world.log.filter((line) => line.startsWith(source)).length;
  return {
    kv_reads: logged('kv') / seconds,
    coordinator_requests: logged('coordinator') / seconds,
    cache_operations: cache_operations / seconds,
  };
}

const defer: Defer = (work) => void work.catch(() => undefined);

/** Calls `act` at random moments (a Poisson process), until the timers are cleared. */
function atRandom(per_s: number, random: Random, act: () => void): void {
  const wait = () => (-Math.log(1 - random()) / per_s) * 1_000;
  const next = () => {
    act();
    setTimeout(next, wait());
  };
  setTimeout(next, wait());
}

function counting(cache: SharedCache, count: () => void): SharedCache {
  return {
    match: (...args) => {
      count();
      return cache.match(...args);
    },
    put: (...args) => {
      count();
      return cache.put(...args);
    },
  };
}
