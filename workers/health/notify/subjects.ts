import { poolState } from '../../../shared/balancing/pool_state.ts';
import type { ProbeReason } from '../../../shared/contracts/carrying.ts';
import type { OriginState } from '../../../shared/contracts/health.ts';
import type { Config } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import type { Judged } from '../status.ts';
import type { News } from './incident.ts';

/** Something that can be well or not, and that somebody wants to hear of. */
export interface Subject {
  kind: 'origin' | 'pool' | 'monitor';
  pool: string;
  /** Of an origin, and of a monitor that looks at it. */
  origin?: OriginId;
  monitor?: string;
  /** Undefined: nothing certain is known. */
  news: News | undefined;
  reason?: ProbeReason;
  /** What each prober says, where there are several. */
  regions?: Record<string, OriginState>;
}

/** Names a subject, for good: `origin eu/eu-1`. */
export function keyOf({ kind, pool, origin, monitor }: Subject): string {
  return [kind, origin ?? pool, ...(monitor === undefined ? [] : [monitor])].join(' ');
}

/** Every pool that is watched, its origins, and the monitors that have no vote and only tell. */
export function subjectsOf(judged: readonly Judged[], config: Config): Subject[] {
  const pools = [...Map.groupBy(judged, ({ pool }) => pool)].map(([pool, origins]): Subject => {
    const states = origins.map(({ status }) => status.state);
    const state = poolState(states, config.pools[pool]?.minimum_origins ?? 1);
    return {
      kind: 'pool',
      pool,
      news: state === 'unknown' ? undefined : { state, well: state === 'healthy' },
    };
  });
  return [...judged.flatMap(ofOrigin), ...pools];
}

function ofOrigin({ id, pool, status, opinions, aside }: Judged): Subject[] {
  const { state, reason } = status;
  const regions = Object.fromEntries([...opinions].map(([region, opinion]) => [region, opinion.state]));
  return [
    {
      kind: 'origin',
      pool,
      origin: id,
      news: newsOf(state),
      ...(reason === undefined ? {} : { reason }),
      ...(opinions.size > 1 ? { regions } : {}),
    },
    ...aside.map(
      ({ monitor, opinion }): Subject => ({
        kind: 'monitor',
        pool,
        origin: id,
        monitor,
        news: newsOf(opinion.state),
        ...(opinion.reason === undefined ? {} : { reason: opinion.reason }),
      }),
    ),
  ];
}

/** One that is held back is neither well nor worse: what is open stays open until it has stood for a while. */
function newsOf(state: OriginState): News | undefined {
  return state === 'up' || state === 'down' ? { state, well: state === 'up' } : undefined;
}
