import * as v from 'valibot';
import type { Path } from '../../../shared/authoring/problem.ts';
import { CONFIG_NODE, type SchemaNode, unwrap } from '../../../shared/authoring/schema_node.ts';
import { everything } from './everything.ts';

// The file of everything.ts, with one or another field changed.

export interface Place {
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

/** Every field of the file of everything.ts. */
export const PLACES = [...places(everything(), CONFIG_NODE, [])];

/** Puts a value at a path, or takes away what is there; nothing where there is no object around it. */
export function set(file: unknown, path: Path, value: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce((at, key) => (at as Record<string | number, unknown> | null | undefined)?.[key], file);
  if (typeof parent !== 'object' || parent === null) return;
  const key = path.at(-1) ?? '';
  if (value === undefined) delete (parent as Record<string | number, unknown>)[key];
  else (parent as Record<string | number, unknown>)[key] = value;
}

/** The file of everything.ts with another value at a path; undefined: with none. */
export function changed(path: Path, value: unknown): unknown {
  const file = everything();
  set(file, path, value);
  return file;
}

// Some of each kind of value.
const VALUES: readonly unknown[] = [
  ...[true, false, 0, 1, 2, 3, 7, 25, 50, 99, 251, 1_009, 1_900],
  ...['eu', 'us', 'm', 'x', '/x', 'x.example.com', 'path', '200-299', 'text/plain', 'https://example.org/'],
  ...['drain', 'http', 'tcp', 'HEAD', 'off', 'random', 'hash', 'ip_cookie', 'none', 'temporary', 'None'],
  ...['Never', 'round_robin', 'http.host eq "c"'],
  ...[['us'], ['AMS'], ['FR'], ['DELETE'], ['reset'], ['ENAM'], ['x-other'], [500], ['192.0.2.7']],
  ...[{}, { DE: ['us'] }, { WEU: ['us'] }, { FRA: ['us'] }, { us: 0.5 }, { Host: ['x.example.com'] }],
  ...[{ headers: ['x-other'] }, { pops: ['AMS'] }, { pools: ['us'] }],
];

/** Values that the schema allows at a place. Undefined: none, although the field may be required. */
export function valuesAt({ field, value }: Place): unknown[] {
  const shorter = unwrap(field).item !== undefined && Array.isArray(value) ? [value.slice(0, -1)] : [];
  const allowed = VALUES.filter((other) => v.is(field as unknown as v.GenericSchema, other));
  return [undefined, ...shorter, ...allowed];
}
