import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { ConfigSchema } from '../../shared/authoring/schema.ts';

/** The configuration's JSON Schema, as text: what editors complete, explain and check plimsoll.jsonc with. */
export function configJsonSchema(): string {
  const schema = toJsonSchema(ConfigSchema, {
    typeMode: 'input',
    // What a value becomes and our own notes on it do not concern an editor; what code checks it cannot know.
    ignoreActions: ['metadata', 'check'],
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type === 'optional') return nullable(jsonSchema);
      // JSON Schema can say which keys an object may have (`propertyNames`); the converter has said so already.
      return valibotSchema.type === 'record' ? jsonSchema : undefined;
    },
  });
  return `${JSON.stringify({ title: 'Plimsoll configuration', ...schema }, null, 2)}\n`;
}

/** In every optional field `null` means that it is not set, as in the answers of Cloudflare's API. */
function nullable(allowed: JsonSchema): JsonSchema {
  const { type, enum: words } = allowed;
  // Keywords such as `pattern` and `properties` say nothing of null, so a second type is enough.
  if (typeof type === 'string')
    return { ...allowed, type: [type, 'null'], ...(words ? { enum: [...words, null] } : {}) };
  const { default: standard, description, ...rest } = allowed;
  return {
    anyOf: [rest, { type: 'null' }],
    ...(standard === undefined ? {} : { default: standard }),
    ...(description === undefined ? {} : { description }),
  };
}
