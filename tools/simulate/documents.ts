import { parseConfig } from '../../shared/authoring/parse.ts';
import { pathText } from '../../shared/authoring/problem.ts';
import type { ConfigFile } from '../../shared/authoring/schema.ts';
import type { HealthDocument, OriginState } from '../../shared/contracts/health.ts';
import type { ConfigDocument, Origin } from '../../shared/model/config.ts';
import { type OriginId, originId } from '../../shared/model/ids.ts';
import { CliError } from '../project/cli_error.ts';
import type { Scenario } from './scenario.ts';

/** The only load balancer of a scenario. */
export const BALANCER = 'simulated';
const POOL = 'pool';

/** A strategy as in a pool's `origin_steering`. */
export interface Steering {
  policy: string;
  options?: ConfigOptions;
}

type ConfigOptions = NonNullable<
  NonNullable<NonNullable<ConfigFile['pools']>[number]['origin_steering']>['options']
>;

/** When origins came up: so long before the start that none is in slow start. */
const LONG_AGO_MS = -1e12;

/**
 * The configuration and the health document of a scenario, as the selector reads them. Changes are known everywhere at
 * once; the time that they take to spread is not simulated.
 */
export class Documents {
  config: ConfigDocument;
  health: HealthDocument;
  #origins: ReadonlyMap<string, Origin>;

  /** @throws CliError if the strategy does not exist or does not accept the options */
  constructor({ origins, attempts }: Scenario, steering: Steering) {
    const { config, problems } = parseConfig(
      {
        load_balancers: [
          {
            ...{ id: BALANCER, name: '*', default_pools: [POOL], steering_policy: 'off' },
            ...(attempts === undefined ? {} : { retry: { attempts } }),
          },
        ],
        pools: [
          {
            name: POOL,
            monitor: 'probe',
            origin_steering: steering,
            origins: origins.map(({ id }, index) => ({ name: id, address: `origin-${index}.example` })),
          },
        ],
        monitors: [{ id: 'probe' }],
      },
      'local',
    );
    const pool = config?.pools[POOL];
    if (config === undefined || pool === undefined) throw new CliError(refusal(steering, problems));
    // Weights of a configuration are at most 1; those of a scenario are relative.
    pool.origins = pool.origins.map((origin, index) => ({ ...origin, weight: origins[index]?.weight ?? 1 }));
    this.#origins = byId(pool.origins);
    this.config = { format: 1, version: 1, hash: '', published_at: '', config };
    this.health = {
      version: 1,
      published_at: 0,
      // The document is never stale.
      heartbeat_ms: Number.POSITIVE_INFINITY,
      origins: Object.fromEntries(
        pool.origins.map(({ id }) => [id, { state: 'up', since: LONG_AGO_MS, rtt_ms: {} }]),
      ),
    };
  }

  /** Number of origins that one request may try, including the first. */
  get attempts(): number {
    return this.config.config.balancers[0]?.retry.attempts ?? 1;
  }

  /** @param origin id in the scenario */
  idOf(origin: string): OriginId {
    return originId(POOL, origin);
  }

  /** An origin of the current configuration. */
  origin(id: OriginId): Origin | undefined {
    return this.#origins.get(id);
  }

  /** Publishes an origin's state. @param now virtual milliseconds */
  setState(origin: string, state: OriginState, now: number): void {
    const { version, origins } = this.health;
    this.health = {
      ...this.health,
      version: version + 1,
      published_at: now,
      origins: { ...origins, [this.idOf(origin)]: { state, since: now, rtt_ms: {} } },
    };
  }

  /** Publishes a configuration in which an origin has another weight. */
  setWeight(origin: string, weight: number): void {
    const { config, version } = this.config;
    const pool = config.pools[POOL];
    if (pool === undefined) return;
    const origins = pool.origins.map((one) => (one.name === origin ? { ...one, weight } : one));
    const pools = { ...config.pools, [POOL]: { ...pool, origins } };
    this.config = { ...this.config, version: version + 1, config: { ...config, pools } };
    this.#origins = byId(origins);
  }

  /** The effective weight of every origin: 0 while it is down. */
  weights(): Map<string, number> {
    const origins = this.config.config.pools[POOL]?.origins ?? [];
    return new Map(
      origins.map(({ id, name, weight }) => [name, this.health.origins[id]?.state === 'down' ? 0 : weight]),
    );
  }
}

function byId(origins: readonly Origin[]): ReadonlyMap<string, Origin> {
  return new Map(origins.map((origin) => [origin.id, origin]));
}

function refusal(steering: Steering, problems: ReturnType<typeof parseConfig>['problems']): string {
  const said = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${pathText(path.slice(2)) || 'strategy'}: ${message}`);
  return [`strategy ${JSON.stringify(steering)} cannot be used`, ...said].join('\n  ');
}
