import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { configJsonSchema } from '../docs/json_schema.ts';
import { inRoot } from '../project/root.ts';

/** The file that `$schema` in plimsoll.jsonc names. */
export const SCHEMA_FILE = inRoot('plimsoll.schema.json');

/** `lb schema`: writes {@link SCHEMA_FILE}. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('Write plimsoll.schema.json, with which editors complete, explain and check plimsoll.jsonc.')
    .option('--print', 'print the schema in place of writing it')
    .action((options: { print?: boolean }) => {
      if (options.print === true) process.stdout.write(configJsonSchema());
      else writeFileSync(SCHEMA_FILE, configJsonSchema());
    });
}
