import { toJsonSchema } from '@valibot/to-json-schema';
import { CONVERSION } from '../../shared/authoring/json_schema.ts';
import { ConfigSchema } from '../../shared/authoring/schema.ts';

/** Renders the JSON Schema of the configuration, with which editors complete, explain and check plimsoll.jsonc. */
export function configJsonSchema(): string {
  const schema = toJsonSchema(ConfigSchema, CONVERSION);
  return `${JSON.stringify({ title: 'Plimsoll configuration', ...schema }, null, 2)}\n`;
}
