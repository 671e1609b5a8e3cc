import { WorkerEntrypoint } from 'cloudflare:workers';
import bundled from 'bundled-config';
import type { Prober } from '../../shared/contracts/carrying.ts';
import type { Previewer, PreviewOrder, PreviewResult } from '../../shared/contracts/preview.ts';
import { readConfig } from '../../shared/documents/published.ts';
import type { Config } from '../../shared/model/config.ts';
import { poolOf } from '../../shared/model/ids.ts';
import { membersOf, probedUrl } from '../../shared/model/probe_target.ts';
import type { Env } from './env.ts';
import { check, proberFor } from './probe/check.ts';
import { orderFor } from './probe/order.ts';

/** Runs probes on request, over the same route as scheduled ones. Judges, stores, records and publishes nothing. */
export class Preview extends WorkerEntrypoint<Env> implements Previewer {
  async preview({ origin, config }: PreviewOrder): Promise<PreviewResult[] | undefined> {
    return previewOf(origin, config ?? (await this.#published()), (binding) => proberFor(this.env, binding));
  }

  async #published(): Promise<Config> {
    return ((await readConfig(this.env.KV)) ?? bundled).config;
  }
}

/**
 * Probes an origin once with each of its monitors, without retries, even if it is disabled.
 * @param prober returns the proxy behind a binding
 * @returns undefined if the configuration has no such origin
 */
export async function previewOf(
  id: PreviewOrder['origin'],
  config: Config,
  prober: (binding: string) => Prober | undefined,
): Promise<PreviewResult[] | undefined> {
  // A pool may have any name, also that of a property which every object has.
  const pool = Object.hasOwn(config.pools, poolOf(id)) ? config.pools[poolOf(id)] : undefined;
  const origin = pool?.origins.find((each) => each.id === id);
  if (pool === undefined || origin === undefined) return undefined;
  return Promise.all(
    membersOf(pool, config)
      .flatMap(({ monitor }) => config.monitors[monitor] ?? [])
      .map(async (monitor) => {
        const order = orderFor(origin, monitor);
        const { ended: outcome, ...seen } = await check(prober(origin.proxy), order, 0);
        return { monitor: monitor.id, url: probedUrl(origin, monitor), outcome, ...seen };
      }),
  );
}
