import { expect, it } from 'vitest';
import { CONFIG_NODE, type SchemaNode, unwrap } from '../../../shared/authoring/schema_node.ts';
import { configJsonSchema } from '../../../tools/docs/json_schema.ts';

interface JsonNode {
  type?: string | string[];
  anyOf?: JsonNode[];
  enum?: unknown[];
  properties?: Record<string, JsonNode>;
  items?: JsonNode;
}

/** Optional fields in which editors would refuse null. */
function* refusing(node: SchemaNode, json: JsonNode, path: string): Generator<string> {
  const { entries = {}, item } = unwrap(node);
  const inside = json.anyOf?.find(({ type }) => type !== 'null') ?? json;
  for (const [name, field] of Object.entries(entries)) {
    const of = inside.properties?.[name] ?? {};
    const typed = of.type?.includes('null') && (of.enum?.includes(null) ?? true);
    if (field.wrapped !== undefined && !typed && !of.anyOf?.some(({ type }) => type === 'null'))
      yield `${path}.${name}`;
    yield* refusing(field, of, `${path}.${name}`);
  }
  if (item !== undefined) yield* refusing(item, inside.items ?? {}, `${path}[]`);
}

it('lets every optional field be null, as validation does', () => {
  const schema = JSON.parse(configJsonSchema()) as JsonNode;
  expect([...refusing(CONFIG_NODE, schema, '')]).toEqual([]);
  const balancer = schema.properties?.['load_balancers']?.items;
  expect(balancer?.properties?.['default_pools']?.type).toBe('array');
});
