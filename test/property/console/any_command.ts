import fc from 'fast-check';
import { OBJECT_LISTS, type ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Command } from '../../../workers/console/rpc.ts';
import { anyJson, damaged } from './any_json.ts';

/** A text that stands for the API id of the nth object of a list, as far as there are so many. */
type Stand = string;

const stand = (list: ObjectList): fc.Arbitrary<Stand> => fc.nat({ max: 3 }).map((n) => `$${list}.${n}`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });
const record = (fields: Record<string, fc.Arbitrary<unknown>>, ...required: string[]) =>
  fc.record(fields, { requiredKeys: required }) as fc.Arbitrary<Record<string, unknown>>;

const pools = fc.array(stand('pools'), { minLength: 1, maxLength: 2 });
const origin = record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    address: fc.constantFrom('a.test', 'b.test', 'app.test'),
    enabled: maybe(fc.boolean()),
    weight: maybe(fc.constantFrom(0, 0.5, 1)),
    state: maybe(fc.constantFrom('ready', 'drain', 'maintenance')),
    header: maybe(fc.constant({})),
  },
  'name',
  'address',
);

const BODIES: Readonly<Record<ObjectList, fc.Arbitrary<Record<string, unknown>>>> = {
  pools: record(
    {
      origins: fc.uniqueArray(origin, { maxLength: 2, selector: ({ name }) => name }),
      name: fc.constantFrom('eu', 'us', 'asia', 'own'),
      enabled: maybe(fc.boolean()),
      monitor: maybe(fc.oneof(stand('monitors'), fc.constant(''))),
      description: maybe(fc.constantFrom('', 'x', '"\\\n')),
      origin_steering: maybe(record({ policy: maybe(fc.constantFrom('random', 'hash')) })),
      cost: maybe(fc.nat(3)),
    },
    ...['name', 'origins'],
  ),
  load_balancers: record(
    {
      name: fc.constantFrom('app.test', 'b.test', '*.test', '*'),
      path: maybe(fc.constantFrom('/', '/api')),
      default_pools: pools,
      fallback_pool: maybe(stand('pools')),
      enabled: maybe(fc.boolean()),
      country_pools: maybe(fc.dictionary(fc.constantFrom('DE', 'US'), pools, { maxKeys: 2 })),
      random_steering: maybe(
        record({ pool_weights: fc.dictionary(stand('pools'), fc.constant(0.5), { maxKeys: 2 }) }),
      ),
      steering_policy: maybe(fc.constantFrom('', 'off', 'geo', 'hash')),
      retry: maybe(record({ attempts: fc.integer({ min: 1, max: 3 }) })),
    },
    ...['name', 'default_pools'],
  ),
  monitors: record({
    type: maybe(fc.constantFrom('http', 'https')),
    port: maybe(fc.nat(80)),
    path: maybe(fc.constant('/')),
  }),
  monitor_groups: record(
    {
      description: maybe(fc.constantFrom('', 'g')),
      members: fc.array(record({ monitor_id: stand('monitors'), enabled: fc.boolean() }, 'monitor_id'), {
        maxLength: 2,
      }),
    },
    ...['members'],
  ),
};

const list = fc.constantFrom(...OBJECT_LISTS);

/** A body for a list: mostly a valid one, sometimes with a mistake, sometimes anything. */
function bodyFor(one: ObjectList): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 8, arbitrary: BODIES[one] },
    { weight: 2, arbitrary: damaged(BODIES[one]) },
    { weight: 1, arbitrary: anyJson },
  );
}

/** A body with a few of the fields. */
function partFor(one: ObjectList): fc.Arbitrary<unknown> {
  const part = fc
    .tuple(BODIES[one], fc.func(fc.boolean()))
    .map(([body, chosen]) => Object.fromEntries(Object.entries(body).filter(([name]) => chosen(name))));
  return fc.oneof({ weight: 6, arbitrary: part }, { weight: 1, arbitrary: bodyFor(one) });
}

const onObject: fc.Arbitrary<Command> = list.chain((one) =>
  fc.oneof(
    { weight: 4, arbitrary: bodyFor(one).map((body): Command => ({ do: 'create', list: one, body })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(stand(one), bodyFor(one))
        .map(([id, body]): Command => ({ do: 'replace', list: one, id, body })),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(stand(one), partFor(one))
        .map(([id, body]): Command => ({ do: 'merge', list: one, id, body })),
    },
    { weight: 1, arbitrary: stand(one).map((id): Command => ({ do: 'remove', list: one, id })) },
  ),
);

const operate: fc.Arbitrary<Command> = fc
  .array(
    record({
      target: fc.constantFrom('eu', 'us', 'eu/a', 'us/b', 'nope', ''),
      balancer: fc.constantFrom('app.test', 'b.test/api'),
      state: fc.constantFrom('ready', 'drain', 'maintenance'),
      weight: fc.constantFrom(0, 0.5, 2),
      enabled: fc.boolean(),
      policy: fc.constantFrom('hash', 'random', 'none such'),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((changes) => ({ do: 'operate', changes }) as Command);

const FILES = [
  '{}',
  '// Two pools.\n{ "pools": [\n  { "name": "eu", "origins": [] }, // here\n  { "id": "own", "name": "us", "origins": [] },\n] }\n',
  '{ "pools": [{ "name": "us", "origins": [{ "name": "a", "address": "a.test" }] }],\n  "load_balancers": [{ "id": "app.test", "name": "b.test", "default_pools": ["us"] }] }',
  '{ "notifications": [{ "name": "ops", "url": "https://a.test", "pools": ["eu"] }], "pools": [{ "name": "eu", "origins": [] }] }',
  '{ "monitors": [{ "id": "0123456789abcdef0123456789abcdef" }, { "id": "m" }] }',
  '{ "pools": [{ "name": "eu" }',
];

const onFile: fc.Arbitrary<Command> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom(...FILES),
      anyJson.map((value) => JSON.stringify(value)),
      fc.string({ maxLength: 20 }),
    )
    .map((source): Command => ({ do: 'source', source, if_match: '*' })),
  fc.integer({ min: 1, max: 8 }).map((version): Command => ({ do: 'rollback', version })),
  fc.constantFrom<Command>({ do: 'merge_all', list: 'pools', body: { notification_email: '' } }),
);

/** A command, and whether it is forced. Ids in it are {@link Stand}s. */
export const anyCommand: fc.Arbitrary<{ command: Command; force: boolean }> = fc.record({
  command: fc.oneof(
    { weight: 10, arbitrary: onObject },
    { weight: 2, arbitrary: operate },
    { weight: 2, arbitrary: onFile },
  ),
  force: fc.boolean(),
});

/** A value with ids in place of {@link Stand}s. @param idOf gives the nth id of a list; undefined: there is none */
export function withIds<T>(value: T, idOf: (list: ObjectList, n: number) => string | undefined): T {
  const named = (text: string) => {
    const [, found, n] = /^\$(\w+)\.(\d)$/.exec(text) ?? [];
    const known = OBJECT_LISTS.find((one) => one === found);
    return known === undefined ? text : (idOf(known, Number(n)) ?? 'e'.repeat(32));
  };
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return named(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [named(key), walk(inner)]));
  };
  return walk(value) as T;
}
