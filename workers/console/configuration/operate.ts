import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Source } from '../../../shared/authoring/source/source.ts';
import type { OperatorChange } from '../../../shared/contracts/history.ts';
import { CODES, Refusal } from '../refusal.ts';
import { poolResolver } from './neighbourhood.ts';
import { positions } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An object with another value. */
export interface Replacement {
  list: ObjectList;
  index: number;
  value: Fields;
}

/**
 * What an operator's change makes of an object of the configuration.
 * @throws {Refusal} 404 if there is no such pool, origin or load balancer; 400 if the change does not fit it
 */
export function replacementFor(source: Source, change: OperatorChange): Replacement {
  const { target, balancer } = change;
  if ((target === undefined) === (balancer === undefined))
    throw refused(400, 'name one of these: `target`, a pool or an origin as POOL/ORIGIN, or `balancer`');
  if (balancer !== undefined) return changedBalancer(source, balancer, change);
  const [pool_name = '', ...rest] = (target ?? '').split('/');
  const index = positions('pools', source.items.pools).get(poolResolver(source.items.pools)(pool_name));
  const pool = index === undefined ? undefined : source.items.pools[index];
  if (index === undefined || pool === undefined)
    throw refused(404, `the configuration has no pool "${pool_name}"${known(source, 'pools')}`);
  if (rest.length === 0) return { list: 'pools', index, value: changedPool(pool.value, change) };
  const origin_name = rest.join('/');
  const origins = Array.isArray(pool.value['origins']) ? (pool.value['origins'] as Fields[]) : [];
  if (!origins.some(({ name }) => name === origin_name)) {
    const names = origins.map(({ name }) => `${pool_name}/${String(name)}`).join(', ');
    throw refused(404, `the configuration has no origin "${target}"; the pool has ${names || 'none'}`);
  }
  const changed = origins.map((origin) =>
    origin['name'] === origin_name ? changedOrigin(origin, change) : origin,
  );
  return { list: 'pools', index, value: { ...pool.value, origins: changed } };
}

function changedOrigin(origin: Fields, change: OperatorChange): Fields {
  if (change.policy !== undefined) throw refused(400, '`policy` is for pools and load balancers');
  return withSwitches(origin, change, change.weight === undefined ? {} : { weight: change.weight });
}

function changedPool(pool: Fields, change: OperatorChange): Fields {
  if (change.weight !== undefined)
    throw refused(400, '`weight` is for origins: write the target as POOL/ORIGIN');
  if (change.policy === undefined) return withSwitches(pool, change, {});
  const { policy, options: written, ...kept } = (pool['origin_steering'] ?? {}) as Fields;
  const options = optionsFor(change.policy, { policy, options: written }, [kept['canary'], kept['shadow']]);
  return withSwitches(pool, change, {
    origin_steering: { policy: change.policy, ...kept, ...(options === undefined ? {} : { options }) },
  });
}

/**
 * The options of a policy that becomes the live one. Options belong to the policy that they were written for: a policy that was on trial
 * keeps those that it was tried with, which are by default those of the live one.
 */
function optionsFor(policy: string, live: Fields, trials: readonly unknown[]): unknown {
  if (policy === live['policy']) return live['options'];
  const trial = (trials as readonly (Fields | undefined)[]).find((one) => one?.['policy'] === policy);
  return trial === undefined ? undefined : (trial['options'] ?? live['options']);
}

function changedBalancer(source: Source, key: string, change: OperatorChange): Replacement {
  const index = positions('load_balancers', source.items.load_balancers).get(key);
  const item = index === undefined ? undefined : source.items.load_balancers[index];
  if (index === undefined || item === undefined)
    throw refused(404, `the configuration has no load balancer "${key}"${known(source, 'load_balancers')}`);
  if (change.weight !== undefined)
    throw refused(400, '`weight` is for origins: write the target as POOL/ORIGIN');
  if (change.state === 'drain')
    throw refused(400, 'a load balancer has no drain: set `state` to "maintenance" or "ready"');
  const { steering_options: written, ...rest } = item.value;
  const { policy, state, enabled } = change;
  const live = { policy: rest['steering_policy'], options: written };
  const options =
    policy === undefined
      ? written
      : optionsFor(policy, live, [rest['steering_canary'], rest['steering_shadow']]);
  const maintenance = (rest['maintenance'] ?? {}) as Fields;
  const value = {
    // In its place, if it stays.
    ...(options === undefined ? rest : { ...item.value, steering_options: options }),
    ...(policy === undefined ? {} : { steering_policy: policy }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(state === undefined || (state === 'ready' && rest['maintenance'] === undefined)
      ? {}
      : { maintenance: { ...maintenance, enabled: state === 'maintenance' } }),
  };
  return { list: 'load_balancers', index, value };
}

function withSwitches(one: Fields, { state, enabled }: OperatorChange, more: Fields): Fields {
  const { state: before, ...rest } = one;
  const kept = state === undefined ? one : state === 'ready' ? rest : { ...one, state };
  return { ...kept, ...more, ...(enabled === undefined ? {} : { enabled }) };
}

const MOST_NAMED = 20;

function known(source: Source, list: ObjectList): string {
  const names = [...positions(list, source.items[list]).keys()];
  if (names.length === 0) return '; it has none';
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `; it has ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}

function refused(status: number, message: string): Refusal {
  return new Refusal(status, [{ code: status === 404 ? CODES.not_found : CODES.invalid, message }]);
}
