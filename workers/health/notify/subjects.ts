import { poolState } from '../../../shared/balancing/pool_state.ts';
import type { ProbeReason } from '../../../shared/contracts/carrying.ts';
import type { OriginState } from '../../../shared/contracts/health.ts';
import { defined } from '../../../shared/defined.ts';
import type { Config } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import type { Judged } from '../judge/status.ts';
import type { News } from './incident.ts';

/** Something that webhooks are told about: an origin, a pool, or a monitor that has no vote. */
export interface Subject {
  kind: 'origin' | 'pool' | 'monitor';
  pool: string;
  /** Absent for a pool. */
  origin?: OriginId;
  /** Only for a monitor. */
  monitor?: string;
  /** Undefined: the state is not certain. */
  news: News | undefined;
  reason?: ProbeReason;
  /** State by prober. Absent if there is only one. */
  regions?: Record<string, OriginState>;
}

/** The stored key of a subject: `origin eu/eu-1`, `pool eu`, `monitor eu/eu-1 login`. */
export function keyOf({ kind, pool, origin, monitor }: Subject): string {
  return [kind, origin ?? pool, ...(monitor === undefined ? [] : [monitor])].join(' ');
}

/** Every pool that is checked, its origins, and its `monitoring_only` monitors. */
export function subjectsOf(judged: readonly Judged[], config: Config): Subject[] {
  const pools = [...Map.groupBy(judged, ({ pool }) => pool)].map(([pool, origins]): Subject => {
    const states = origins.map(({ status }) => status.state);
    const state = poolState(states, config.pools[pool]?.minimum_origins ?? 1);
    const news = state === 'unknown' ? undefined : { state, well: state === 'healthy' };
    return { kind: 'pool', pool, news };
  });
  return [...judged.flatMap(ofOrigin), ...pools];
}

function ofOrigin({ id, pool, status, opinions, advisory }: Judged): Subject[] {
  const { state, reason } = status;
  const regions = Object.fromEntries([...opinions].map(([region, opinion]) => [region, opinion.state]));
  return [
    {
      kind: 'origin',
      pool,
      origin: id,
      news: newsOf(state),
      ...defined({ reason, regions: opinions.size > 1 ? regions : undefined }),
    },
    ...advisory.map(
      ({ monitor, opinion }): Subject => ({
        kind: 'monitor',
        pool,
        origin: id,
        monitor,
        news: newsOf(opinion.state),
        ...defined({ reason: opinion.reason }),
      }),
    ),
  ];
}

/** An origin that is held back for flapping is no news: an open incident stays open until the origin is released. */
function newsOf(state: OriginState): News | undefined {
  return state === 'up' || state === 'down' ? { state, well: state === 'up' } : undefined;
}
