import { type Path, type Problem, shown, warning } from './problem.ts';
import { CONFIG_NODE, child, notes, type SchemaNode } from './schema_node.ts';

/** A warning for every field that is accepted but has no effect here, from the notes of the schema. */
export function ineffective(data: unknown): Problem[] {
  return [...walk(data, CONFIG_NODE, [])];
}

function* walk(value: unknown, node: SchemaNode, path: Path): Generator<Problem> {
  const { no_effect, neutral = [] } = notes(node);
  if (no_effect !== undefined) {
    if (!isEmpty(value) && !neutral.some((each) => covers(each, value)))
      yield warning(path, `${shown(value)} has no effect: ${no_effect}`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  for (const [key, part] of entries) {
    const inner = child(node, key);
    if (inner !== undefined) yield* walk(part, inner, [...path, key]);
  }
}

/** Whether a value asks only for what `neutral` contains: every part of it is there, and equal. */
function covers(neutral: unknown, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return neutral === value;
  if (typeof neutral !== 'object' || neutral === null) return false;
  const parts = new Map(Object.entries(neutral));
  return Object.entries(value).every(([key, part]) => covers(parts.get(key), part));
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
