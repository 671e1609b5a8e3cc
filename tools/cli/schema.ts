import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { configJsonSchema } from '../docs/json_schema.ts';
import { inRoot } from '../project/root.ts';

/** What `$schema` in plimsoll.jsonc refers to. */
export const SCHEMA_FILE = inRoot('plimsoll.schema.json');

/** `lb schema`: writes {@link SCHEMA_FILE}. */
export function schemaCommand(): Command {
  return new Command('schema')
    .option('--print', 'print it instead')
    .action((options: { print?: boolean }) => {
      if (options.print === true) process.stdout.write(configJsonSchema());
      else writeFileSync(SCHEMA_FILE, configJsonSchema());
    });
}
