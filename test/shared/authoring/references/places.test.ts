import { describe, expect, it } from 'vitest';
import { id } from '../../../../shared/authoring/fields.ts';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import { pathText } from '../../../../shared/authoring/problem.ts';
import {
  type ReferringList,
  referencesOf,
  withReferences,
} from '../../../../shared/authoring/references/places.ts';
import { CONFIG_NODE, meaning, notes, type SchemaNode } from '../../../../shared/authoring/schema_node.ts';
import { everything } from '../everything.ts';

const LISTS: readonly ReferringList[] = [
  'load_balancers',
  'pools',
  'monitors',
  'monitor_groups',
  'notifications',
];

const found = (list: ReferringList, value: unknown) =>
  [...referencesOf(list, value)].map((reference) => `${pathText(reference.path)} = ${reference.name}`);

describe('referencesOf', () => {
  it('finds the pools of a balancer, as items, as values and as keys', () => {
    const balancer = {
      name: 'app.example.com',
      default_pools: ['eu', 'us'],
      fallback_pool: 'us',
      country_pools: { DE: ['eu'] },
      random_steering: { pool_weights: { us: 0.5 } },
      mirror: { pool: 'eu', percent: 1 },
      rules: [{ overrides: { pools: ['us'] } }],
      pool_sets: [{ overrides: { pool_weights: { eu: 1 } } }],
    };
    expect(found('load_balancers', balancer)).toEqual([
      'default_pools[0] = eu',
      'default_pools[1] = us',
      'fallback_pool = us',
      'country_pools.DE[0] = eu',
      'random_steering.pool_weights.us = us',
      'mirror.pool = eu',
      'rules[0].overrides.pools[0] = us',
      'pool_sets[0].overrides.pool_weights.eu = eu',
    ]);
  });

  it('finds the monitor of a pool, its group, and the members of a group', () => {
    expect(found('pools', { name: 'eu', monitor: 'm', monitor_group: 'g', proxy: 'p' })).toEqual([
      'monitor = m',
      'monitor_group = g',
    ]);
    expect(found('monitor_groups', { id: 'g', members: [{ monitor_id: 'm' }, { monitor_id: 'n' }] })).toEqual(
      ['members[0].monitor_id = m', 'members[1].monitor_id = n'],
    );
  });

  it('skips what does not have the form of the schema', () => {
    for (const value of [undefined, null, 'eu', [], ['eu'], { default_pools: 'x' }, { rules: { a: 1 } }])
      for (const list of LISTS)
        expect(found(list, value).filter((each) => !each.includes('default_pools'))).toEqual([]);
    expect(found('load_balancers', { default_pools: [null, 1, 'eu'], fallback_pool: null })).toEqual([
      'default_pools[2] = eu',
    ]);
  });

  it('is what a configuration is checked by: each reference that names nothing is an error', () => {
    const file = { ...everything(), pools: [], monitors: [], monitor_groups: [] };
    const unknown = LISTS.flatMap((list) =>
      (everything()[list] as unknown[]).flatMap((object, index) =>
        file[list].length === 0
          ? []
          : [...referencesOf(list, object)].map(({ path }) => pathText([list, index, ...path])),
      ),
    );
    const { problems } = parseConfig(file, 'production');
    const missing = problems.filter(({ message }) => message.includes('with that name'));
    expect(unknown.length).toBeGreaterThan(20);
    expect(missing.map(({ path }) => pathText(path)).sort()).toEqual(unknown.sort());
  });
});

describe('withReferences', () => {
  const upper = (_target: string, name: string) => name.toUpperCase();

  it('renames items, values and keys, and keeps their order', () => {
    const balancer = { default_pools: ['b', 'a'], random_steering: { pool_weights: { b: 1, a: 0.5 } } };
    const renamed = withReferences('load_balancers', balancer, upper);
    expect(JSON.stringify(renamed)).toBe(
      '{"default_pools":["B","A"],"random_steering":{"pool_weights":{"B":1,"A":0.5}}}',
    );
    expect(balancer.default_pools).toEqual(['b', 'a']);
  });

  it('gives the same object if no name changes', () => {
    const file = everything();
    for (const list of LISTS)
      for (const object of file[list])
        expect(withReferences<unknown>(list, object, (_, name) => name)).toBe(object);
  });

  it('renames exactly the references', () => {
    const file = everything();
    for (const list of LISTS)
      for (const object of file[list]) {
        const renamed = withReferences<unknown>(list, object, (target, name) => `${target}.${name}`);
        const [before, after] = [[...referencesOf(list, object)], [...referencesOf(list, renamed)]];
        expect(after.map(({ name }) => name)).toEqual(before.map((each) => `${each.list}.${each.name}`));
        const back = withReferences(list, renamed, (target, name) => name.slice(target.length + 1));
        expect(JSON.stringify(back)).toBe(JSON.stringify(object));
      }
  });
});

describe('the schema', () => {
  interface Field {
    path: string;
    node: SchemaNode;
    /** What stands at the field: the schema itself, and those inside of it. */
    parts: SchemaNode[];
  }

  function* fields(node: SchemaNode, path: string): Generator<Field> {
    for (const part of inside(node))
      for (const [name, field] of Object.entries(part.entries ?? {})) {
        yield { path: `${path}${name}`, node: field, parts: inside(field) };
        yield* fields(field, `${path}${name}.`);
      }
  }

  /** A schema and those that it is made of, without the fields of objects. */
  function inside(node: SchemaNode): SchemaNode[] {
    const [first] = node.pipe ?? [];
    const more = [node.wrapped, node.item, node.key, node.value, first === node ? undefined : first];
    return [node, ...more.flatMap((part) => (part === undefined ? [] : inside(part)))];
  }

  const ALL = [...fields(CONFIG_NODE, '')];
  const refers = ({ parts }: Field) => parts.some((part) => notes(part).refers_to !== undefined);
  const schema = (value: unknown) => value as SchemaNode;

  it('says of every field with an id whether it refers to an object', () => {
    /** Ids of the object itself, and names of bindings. */
    const OWN = /(^|\.)(id|name|proxy|limiter)$/;
    const ids = ALL.filter(({ parts }) =>
      parts.some((part) => part.pipe?.includes(schema(id).pipe?.[1] ?? part)),
    );
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((field) => !refers(field) && !OWN.test(field.path)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it('says so of every field that is documented as a pool, as pools or as weights of pools', () => {
    const documented = ALL.filter(({ node }) =>
      /^(Pools? (?!refer to|by host)|Last resort|Weights? by pool|Id of a monitor|Id of the monitor)/.test(
        meaning(node),
      ),
    );
    expect(documented.length).toBeGreaterThan(20);
    expect(documented.filter((field) => !refers(field)).map(({ path }) => path)).toEqual([]);
  });
});
