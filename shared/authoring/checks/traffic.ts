import { type DraftBalancer, type DraftConfig, type DraftPool, items, placed } from '../draft.ts';
import { error, type Path, type Problem, warning } from '../problem.ts';
import { mappedPools } from './pool_choice.ts';

/** Shedding and copying that have no effect, or another one than intended. */
export function* traffic(config: DraftConfig): Generator<Problem> {
  for (const [path, balancer] of placed(config.load_balancers, 'load_balancers')) {
    yield* mirror(balancer, [...path, 'mirror']);
    yield* sample(balancer, [...path, 'metrics', 'sample']);
  }
  for (const [at, pool] of placed(config.pools, 'pools')) {
    const { default_percent = 0, session_percent = 0 } = pool.load_shedding ?? {};
    const path = [...at, 'load_shedding'];
    if (session_percent > 0 && !pinned(pool, config))
      yield warning(
        [...path, 'session_percent'],
        'has no effect: no load balancer with `session_affinity` uses this pool; set `default_percent`',
      );
    if ((default_percent > 0 || session_percent > 0) && alone(pool, config))
      yield warning(
        path,
        'has no effect: its load balancers have no other pool, so shed traffic comes back to it; add a pool',
      );
  }
}

/** How far a share may be from 1 / n: `0.333` stands for a third. */
const ROUNDING = 0.01;

/** The share must be 1 divided by a whole number, because the SQL API's weighted quantiles take only whole weights. */
function* sample({ metrics }: DraftBalancer, path: Path): Generator<Problem> {
  const { sample } = metrics ?? {};
  if (typeof sample !== 'number' || !(sample > 0 && sample <= 1)) return;
  const below = Math.floor(1 / sample);
  const nearest = Math.round(1 / sample);
  if (Math.abs(sample * nearest - 1) <= ROUNDING) return;
  const [more, less] = [1 / below, 1 / (below + 1)].map((share) => Number(share.toFixed(4)));
  yield error(path, `must be 1 divided by a whole number: ${sample} is not; write ${more} or ${less}`);
}

/** Methods whose requests usually have no body. */
const WITHOUT_BODY = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE'];

function* mirror({ mirror, retry, default_pools }: DraftBalancer, path: Path): Generator<Problem> {
  const { pool, max_body_bytes, methods } = mirror ?? {};
  const kept = retry?.max_body_bytes;
  if (pool !== undefined && default_pools?.includes(pool))
    yield warning(
      [...path, 'pool'],
      `pool "${pool}" also serves this load balancer, so it gets copied requests twice; name another`,
    );
  if (!methods?.some((method) => method !== undefined && !WITHOUT_BODY.includes(method))) return;
  if (max_body_bytes !== undefined && kept !== undefined && max_body_bytes > kept)
    yield warning(
      [...path, 'max_body_bytes'],
      `has no effect above ${kept}: longer bodies than \`retry.max_body_bytes\` are streamed, not kept; raise that`,
    );
}

/** The load balancers that steer to a pool. */
function usersOf(pool: DraftPool, config: DraftConfig): DraftBalancer[] {
  const names = [pool.id, pool.name];
  return items(config.load_balancers).filter((balancer) =>
    poolsOf(balancer).some((name) => names.includes(name)),
  );
}

function poolsOf(balancer: DraftBalancer): (string | undefined)[] {
  return [...(balancer.default_pools ?? []), balancer.fallback_pool, ...mappedPools(balancer)];
}

function pinned(pool: DraftPool, config: DraftConfig): boolean {
  return usersOf(pool, config).some(
    ({ session_affinity = 'none' }) => !['', 'none'].includes(session_affinity),
  );
}

function alone(pool: DraftPool, config: DraftConfig): boolean {
  const users = usersOf(pool, config);
  const names = [undefined, pool.id, pool.name];
  return (
    users.length > 0 && users.every((balancer) => poolsOf(balancer).every((name) => names.includes(name)))
  );
}
