import { canonicalJson } from './document.ts';
import { type SchemaNode, unwrap } from './schema_node.ts';

/**
 * A value as somebody would write it: without the fields that have their default, and with the others in the schema's order.
 * Undefined fields, and fields that the schema does not have, are left out.
 * @param node the schema of the value
 */
export function withoutDefaults(value: unknown, node: SchemaNode): unknown {
  const { entries, item, value: part } = unwrap(node);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return item ? value.map((each) => withoutDefaults(each, item)) : value;
  if (part !== undefined) {
    const inside = Object.entries(value).map(([key, each]) => [key, withoutDefaults(each, part)] as const);
    return Object.fromEntries(inside);
  }
  if (entries === undefined) return value;
  const given = new Map<string, unknown>(Object.entries(value));
  const kept = Object.entries(entries).flatMap(([key, field]) => {
    const inner = withoutDefaults(given.get(key), field);
    return inner === undefined || isDefault(inner, field) ? [] : [[key, inner] as const];
  });
  return Object.fromEntries(kept);
}

/** The default of an object is `{}`: the defaults of its fields. */
function isDefault(value: unknown, { default: standard }: SchemaNode): boolean {
  return standard !== undefined && canonicalJson(value) === canonicalJson(standard);
}
