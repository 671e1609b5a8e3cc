import * as v from 'valibot';
import { type Path, type Problem, shown, warning } from './problem.ts';
import { CONFIG_NODE, child, notes, type SchemaNode, unwrap } from './schema_node.ts';

/** A file's content in the form that the schema accepts. */
export interface Tidied {
  data: unknown;
  problems: Problem[];
}

/**
 * Puts answers of Cloudflare's API into one form. It removes an optional field that is `null`, `""` although its text cannot be
 * empty, or 0 although its number cannot be 0. It also removes a key of a map (`country_pools`, `header`) whose value is `null`.
 * Aliases become the word that they stand for. Indices stay the same.
 */
export function tidy(data: unknown): Tidied {
  const problems: Problem[] = [];
  return { data: tidied(data, CONFIG_NODE, [], problems), problems };
}

function tidied(value: unknown, node: SchemaNode | undefined, path: Path, problems: Problem[]): unknown {
  if (node === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((item, index) => {
      const [inner, place] = [child(node, index), [...path, index]];
      return tidied(inner ? word(item, inner, place, problems) : item, inner, place, problems);
    });
  const entries = Object.entries(value).flatMap(([key, given]): [string, unknown][] => {
    const inner = child(node, key);
    if (inner === undefined) return [[key, given]];
    const place = [...path, key];
    if (isUnset(given, inner) || (given === null && isMap(node))) return [];
    return [[key, tidied(word(given, inner, place, problems), inner, place, problems)]];
  });
  // fromEntries, because by assignment `__proto__` would be no ordinary key.
  return Object.fromEntries(entries);
}

function isUnset(value: unknown, field: SchemaNode): boolean {
  if (field.wrapped === undefined) return false;
  if (value === null) return true;
  if (value === 0) return notes(field).zero_is_unset === true;
  return value === '' && !v.is(field as unknown as v.GenericSchema, '');
}

function isMap(node: SchemaNode): boolean {
  return unwrap(node).value !== undefined;
}

function word(value: unknown, field: SchemaNode, path: Path, problems: Problem[]): unknown {
  if (typeof value !== 'string') return value;
  const { any_case, aliases = {} } = notes(field);
  const meant = Object.hasOwn(aliases, value) ? aliases[value] : undefined;
  if (meant !== undefined)
    problems.push(warning(path, `${shown(value)} means ${shown(meant)}; write ${shown(meant)}`));
  return meant ?? (any_case ? value.toLowerCase() : value);
}
