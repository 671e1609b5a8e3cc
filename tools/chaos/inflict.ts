import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, isOriginFault, type OriginFault, type PlatformFault } from './faults.ts';
import type { Origin } from './origin/origin.ts';
import type { Behaviour } from './origin/protocol.ts';
import type { Stage } from './stage/stage.ts';

const FLAP_MS = 1_000;
const PUBLISH_MS = 1_000;

/** Everything that faults act on. */
export interface Tools {
  stage: Stage;
  /** Ids of the origins that are drained now. */
  drained: Set<string>;
  /** Makes the client open new connections. */
  renew(): Promise<void>;
}

/** Inflicts a fault, waits, and repairs what it broke. Returns after the repair. */
export function inflict({ kind, target, for_ms }: Fault, tools: Tools): Promise<void> {
  if (!isOriginFault(kind)) return breakPlatform(kind, for_ms, tools);
  const origin = tools.stage.origins.get(target);
  if (origin === undefined) throw new RangeError(`no origin ${target}`);
  return breakOrigin(kind, origin, for_ms, tools);
}

async function breakOrigin(kind: OriginFault, origin: Origin, for_ms: number, tools: Tools): Promise<void> {
  switch (kind) {
    case 'kill':
      await origin.kill();
      await sleep(for_ms);
      return origin.start();
    case 'pause':
      origin.pause();
      await sleep(for_ms);
      return origin.resume();
    case 'refuse':
      origin.listen(false);
      await sleep(for_ms);
      return origin.listen(true);
    case 'flap':
      for (let gone_ms = 0, listens = false; gone_ms < for_ms; gone_ms += FLAP_MS, listens = !listens) {
        origin.listen(listens);
        await sleep(FLAP_MS);
      }
      return origin.listen(true);
    case 'drain': {
      const { stage, drained } = tools;
      drained.add(origin.id);
      stage.publish(drained);
      await sleep(for_ms);
      drained.delete(origin.id);
      return stage.publish(drained);
    }
    default:
      return misbehave(origin, kind, for_ms);
  }
}

async function misbehave(origin: Origin, behaviour: Behaviour, for_ms: number): Promise<void> {
  origin.behave(behaviour);
  await sleep(for_ms);
  origin.behave('well');
}

async function breakPlatform(kind: PlatformFault, for_ms: number, tools: Tools): Promise<void> {
  const { stage, drained } = tools;
  const { kv, cache, workers } = stage;
  const { selector, health } = workers;
  switch (kind) {
    case 'kv_fail':
    case 'kv_hang':
    case 'kv_empty':
      kv.mode = ({ kv_fail: 'fail', kv_hang: 'hang', kv_empty: 'empty' } as const)[kind];
      await sleep(for_ms);
      kv.mode = 'ok';
      return;
    case 'cache_fail':
    case 'cache_hang':
    case 'cache_empty':
    case 'cache_stale':
      cache.mode = (
        { cache_fail: 'fail', cache_hang: 'hang', cache_empty: 'empty', cache_stale: 'stale' } as const
      )[kind];
      await sleep(for_ms);
      cache.mode = 'ok';
      return;
    case 'object_fail':
      await workers.failCoordinator(true);
      await sleep(for_ms);
      return workers.failCoordinator(false);
    case 'object_hang':
      health.suspend();
      await sleep(for_ms);
      return health.resume();
    case 'object_crash':
      await health.kill();
      await sleep(for_ms);
      await health.start();
      return workers.tick();
    case 'selector_crash':
      await selector.kill();
      await sleep(for_ms);
      return selector.start();
    case 'selector_hang':
      selector.suspend();
      await sleep(for_ms);
      return selector.resume();
    case 'selector_nonsense':
      await workers.breakSelector();
      await sleep(for_ms);
      return selector.start();
    case 'publish_each_second':
      for (let gone_ms = 0; gone_ms < for_ms; gone_ms += PUBLISH_MS) {
        stage.publish(drained);
        await sleep(PUBLISH_MS);
      }
      return;
    case 'rolling_restart':
      await selector.roll();
      await workers.proxy.roll();
      await workers.gateway.roll();
      // The users' old connections end after their last request. So do the old gateway's connections to the old proxy.
      await tools.renew();
      // A Durable Object runs in one place at a time, as in production, so the old process ends before the new one starts.
      await workers.health.kill();
      await workers.health.start();
      return workers.tick();
  }
}
