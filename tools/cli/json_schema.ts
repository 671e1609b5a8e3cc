import { toJsonSchema } from '@valibot/to-json-schema';
import { ConfigSchema } from '../../shared/config/schema.ts';

/** The configuration's JSON Schema, as text: what editors complete, explain and check plimsoll.jsonc with. */
export function configJsonSchema(): string {
  const schema = toJsonSchema(ConfigSchema, {
    typeMode: 'input',
    // What a value becomes and our own notes on it do not concern an editor; what code checks it cannot know.
    ignoreActions: ['to_lower_case', 'metadata', 'check'],
    // JSON Schema can say which keys an object may have (`propertyNames`); the converter has said so already.
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === 'record' ? jsonSchema : undefined,
  });
  return `${JSON.stringify({ title: 'Plimsoll configuration', ...schema }, null, 2)}\n`;
}
