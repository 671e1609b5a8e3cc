import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { ConfigSchema } from '../../shared/authoring/schema.ts';

/** Renders the JSON Schema of the configuration, with which editors complete, explain and check plimsoll.jsonc. */
export function configJsonSchema(): string {
  const schema = toJsonSchema(ConfigSchema, {
    typeMode: 'input',
    // An editor needs neither our notes nor the normalised form of a value, and it cannot run checks in code.
    ignoreActions: ['metadata', 'check'],
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type === 'optional') return nullable(jsonSchema);
      // The converter has already limited the keys of the object (`propertyNames`).
      return valibotSchema.type === 'record' ? jsonSchema : undefined;
    },
  });
  return `${JSON.stringify({ title: 'Plimsoll configuration', ...schema }, null, 2)}\n`;
}

/** Allows `null` in an optional field, where it means that the field is not set, as in answers of Cloudflare's API. */
function nullable(allowed: JsonSchema): JsonSchema {
  const { type, enum: words } = allowed;
  // Keywords such as `pattern` and `properties` do not apply to null, so a second type is enough.
  if (typeof type === 'string')
    return { ...allowed, type: [type, 'null'], ...(words ? { enum: [...words, null] } : {}) };
  const { default: standard, description, ...rest } = allowed;
  return {
    anyOf: [rest, { type: 'null' }],
    ...(standard === undefined ? {} : { default: standard }),
    ...(description === undefined ? {} : { description }),
  };
}
