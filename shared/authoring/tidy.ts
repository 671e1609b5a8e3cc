import * as v from 'valibot';
import { type Path, type Problem, shown, warning } from './problem.ts';
import { CONFIG_NODE, child, notes, type SchemaNode } from './schema_node.ts';

/** A file's content as the schema takes it. */
export interface Tidied {
  data: unknown;
  problems: Problem[];
}

/**
 * Puts answers of Cloudflare's API into one form. An optional field is left out if it is `null`, if it is `""` where its text
 * cannot be empty, or if it is 0 where its number cannot be 0. Words that may be written in several ways become one. Indices
 * stay as they are.
 */
export function tidy(data: unknown): Tidied {
  const problems: Problem[] = [];
  return { data: tidied(data, CONFIG_NODE, [], problems), problems };
}

function tidied(value: unknown, node: SchemaNode | undefined, path: Path, problems: Problem[]): unknown {
  if (node === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((item, index) => {
      const inner = child(node, index);
      return tidied(
        inner ? word(item, inner, [...path, index], problems) : item,
        inner,
        [...path, index],
        problems,
      );
    });
  const entries = Object.entries(value).flatMap(([key, given]): [string, unknown][] => {
    const inner = child(node, key);
    if (inner === undefined) return [[key, given]];
    const place = [...path, key];
    if (isUnset(given, inner)) return [];
    return [[key, tidied(word(given, inner, place, problems), inner, place, problems)]];
  });
  // Not by assignment: `__proto__` is a key like any other.
  return Object.fromEntries(entries);
}

function isUnset(value: unknown, field: SchemaNode): boolean {
  if (field.wrapped === undefined) return false;
  if (value === null) return true;
  if (value === 0) return notes(field).zero_is_unset === true;
  return value === '' && !v.is(field as unknown as v.GenericSchema, '');
}

function word(value: unknown, field: SchemaNode, path: Path, problems: Problem[]): unknown {
  if (typeof value !== 'string') return value;
  const { any_case, aliases = {} } = notes(field);
  const meant = Object.hasOwn(aliases, value) ? aliases[value] : undefined;
  if (meant !== undefined)
    problems.push(warning(path, `${shown(value)} is read as ${shown(meant)}; write that`));
  return meant ?? (any_case ? value.toLowerCase() : value);
}
