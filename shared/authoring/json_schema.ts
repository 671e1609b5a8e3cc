import type { ConversionConfig, JsonSchema } from '@valibot/to-json-schema';
import type { FieldNotes } from './notes.ts';

// JSON Schema from valibot schemas, for editors and for the OpenAPI document.

/** The keyword that says whose names a value, or the key of a record, can be: `pools`, `monitors`, `monitor_groups`. */
export const REFERS_TO = 'x-refers-to';

/**
 * How schemas are converted: to what they accept. Optional fields may be `null`, which means that the field is not set. Checks in
 * code are left out.
 */
export const CONVERSION: ConversionConfig = {
  typeMode: 'input',
  // A reader cannot run checks in code.
  ignoreActions: ['check'],
  // Of our notes, an editor needs one: whose names a field can hold.
  overrideAction: ({ valibotAction, jsonSchema }) => {
    if (valibotAction.type !== 'metadata') return undefined;
    const { metadata = {} } = valibotAction as { metadata?: FieldNotes };
    const others = Object.entries(jsonSchema).filter(([keyword]) => !Object.hasOwn(metadata, keyword));
    const { refers_to } = metadata;
    const own = refers_to === undefined ? [] : [[REFERS_TO, refers_to]];
    return Object.fromEntries([...others, ...own]) as JsonSchema;
  },
  overrideSchema: ({ valibotSchema, jsonSchema }) => {
    if (valibotSchema.type === 'optional') return nullable(jsonSchema);
    // The converter has already limited the keys of the object (`propertyNames`).
    return valibotSchema.type === 'record' ? jsonSchema : undefined;
  },
};

/** Allows `null` in an optional field, where it means that the field is not set, as in answers of Cloudflare's API. */
function nullable(allowed: JsonSchema): JsonSchema {
  const { type, enum: words } = allowed;
  // An optional field of an object that is partial is optional twice.
  if (Array.isArray(type) ? type.includes('null') : allowed.anyOf?.some(isNull)) return allowed;
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

function isNull(schema: JsonSchema | boolean): boolean {
  return typeof schema === 'object' && schema.type === 'null';
}
