import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../shared/authoring/document.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { type Path, pathText } from '../../../shared/authoring/problem.ts';
import { CONFIG_NODE, notes, type SchemaNode, unwrap } from '../../../shared/authoring/schema_node.ts';
import { tidy } from '../../../shared/authoring/tidy.ts';
import { everything } from './everything.ts';

interface Place {
  path: Path;
  field: SchemaNode;
  /** What the file has there. */
  value: unknown;
}

/** Every field of every object in a file, those that are absent from it included. */
function* places(value: unknown, node: SchemaNode, path: Path): Generator<Place> {
  const { entries, item, value: part } = unwrap(node);
  const inside = (key: string | number) => (value as Record<string | number, unknown> | undefined)?.[key];
  if (entries !== undefined)
    for (const [key, field] of Object.entries(entries)) {
      yield { path: [...path, key], field, value: inside(key) };
      if (inside(key) !== undefined) yield* places(inside(key), field, [...path, key]);
    }
  else if (item !== undefined && Array.isArray(value))
    for (const index of value.keys()) yield* places(value[index], item, [...path, index]);
  else if (part !== undefined)
    for (const key of Object.keys(value as object)) yield* places(inside(key), part, [...path, key]);
}

const ALL = [...places(everything(), CONFIG_NODE, [])];

/** `pools[].name` */
const fieldName = ({ path }: Place) => pathText(path).replace(/\[\d+\]/g, '[]');

/** Puts a value at a path, or takes away what is there; nothing where there is no object around it. */
function set(file: unknown, path: Path, value: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce((at, key) => (at as Record<string | number, unknown> | null)?.[key], file);
  if (typeof parent !== 'object' || parent === null) return;
  const key = path.at(-1) ?? '';
  if (value === undefined) delete (parent as Record<string | number, unknown>)[key];
  else (parent as Record<string | number, unknown>)[key] = value;
}

/** The file with another value at a path; undefined: with none. */
function changed(path: Path, value: unknown): unknown {
  const file = everything();
  set(file, path, value);
  return file;
}

it('finds no problem in the file that these tests change', () => {
  const { problems } = parseConfig(everything(), 'production');
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

describe('an optional field', () => {
  const optional = ALL.filter(({ field }) => field.wrapped !== undefined);

  // parseConfig() sees nothing but what tidy() leaves.
  it.each(optional.map(({ path }) => [pathText(path), path] as const))(
    '%s means the same as null as absent',
    (_, path) => {
      expect(tidy(changed(path, null))).toEqual(tidy(changed(path, undefined)));
    },
  );

  it('means the same in a map, for each of its keys', () => {
    const maps = ALL.filter(({ field }) => unwrap(field).value !== undefined);
    expect(maps.map(fieldName)).toContain('load_balancers[].country_pools');
    for (const { path } of maps) expect(tidy(changed(path, { Some: null }))).toEqual(tidy(changed(path, {})));
  });

  it('is read so by parseConfig, all of them at once', () => {
    const nulls: unknown = everything();
    const absent: unknown = everything();
    // Without the lists themselves, so that their objects stay.
    for (const { path } of optional.filter(({ path }) => path.length > 1).toReversed()) {
      set(nulls, path, null);
      set(absent, path, undefined);
    }
    const parsed = parseConfig(nulls, 'production');
    expect(parsed).toEqual(parseConfig(absent, 'production'));
    expect(parsed.config?.balancers.map(({ id }) => id)).toEqual(['app.example.com', '*']);
  });
});

describe('a field that is not marked as without effect', () => {
  /** Fields that people read, or that only say what is refused, or that have one value. */
  const SILENT = ['$schema', 'description', 'allow_private', 'session_policy', 'default'];
  // Some of each kind of value; a field is set to all of them.
  const VALUES: readonly unknown[] = [
    ...[true, false, 0, 1, 2, 3, 7, 25, 50, 99, 251, 1_009, 1_900],
    ...['eu', 'us', 'm', 'x', '/x', 'x.example.com', 'path', '200-299', 'text/plain', 'https://example.org/'],
    ...['drain', 'http', 'tcp', 'HEAD', 'off', 'random', 'hash', 'ip_cookie', 'none', 'temporary', 'None'],
    ...['Never', 'round_robin', 'http.host eq "c"'],
    ...[['us'], ['AMS'], ['FR'], ['DELETE'], ['reset'], ['ENAM'], ['x-other'], [500], ['192.0.2.7']],
    ...[{}, { DE: ['us'] }, { WEU: ['us'] }, { FRA: ['us'] }, { us: 0.5 }, { Host: ['x.example.com'] }],
    ...[{ headers: ['x-other'] }, { pops: ['AMS'] }, { pools: ['us'] }],
  ];
  const before = canonicalJson(parseConfig(everything(), 'production').config);

  function changesSomething({ path, field, value }: Place): boolean {
    const shorter = unwrap(field).item !== undefined && Array.isArray(value) ? [value.slice(0, -1)] : [];
    const allowed = VALUES.filter((other) => v.is(field as unknown as v.GenericSchema, other));
    return [undefined, ...shorter, ...allowed].some((other) => {
      const { config } = parseConfig(changed(path, other), 'production');
      return config !== undefined && canonicalJson(config) !== before;
    });
  }

  const relevant = ALL.filter(
    ({ path, field }) =>
      notes(field).no_effect === undefined &&
      !notes(field).read_only &&
      !SILENT.includes(String(path.at(-1))),
  );
  // A field of several objects has to change something in one of them.
  const by_field = Map.groupBy(relevant, fieldName);

  it.each([...by_field])('changes the normalised configuration: %s', (_, places) => {
    expect(places.some(changesSomething)).toBe(true);
  });
});
