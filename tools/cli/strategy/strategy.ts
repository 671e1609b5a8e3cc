import { Command } from 'commander';
import { SCRIPT_NAME, SCRIPT_PREFIX } from '../../../shared/contracts/scripts.ts';
import { CliError } from '../../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../../project/environment.ts';
import { readText } from '../../project/read_text.ts';
import { localOption, remoteOption } from '../environment_options.ts';
import { openKvStore } from '../open_kv_store.ts';
import { bundleScript, typeErrors } from './build_script.ts';
import { checkScript } from './check_script.ts';
import { compareCommand } from './compare.ts';
import { publishScript } from './publish_script.ts';

const HASH_SHOWN = 12;

/** `lb strategy`: checks and publishes strategy scripts (docs/write-a-strategy.md), and compares running strategies. */
export function strategyCommand(): Command {
  const command = new Command('strategy').description(
    'Check and publish strategy scripts, and compare running strategies.',
  );
  command
    .command('check')
    .summary('check a strategy script')
    .description('Type-check a strategy script, bundle it and check it against the laws of a strategy.')
    .argument('<file>', 'TypeScript module that exports a Strategy')
    .action(async (file: string) => void (await checked(file)));
  command
    .command('publish')
    .summary('check a strategy script and publish it under a name')
    .description(
      'Check a strategy script and publish it under a name that configurations can use as a policy.',
    )
    .argument('<file>', 'TypeScript module that exports a Strategy')
    .requiredOption('--name <name>', 'its name; configurations say "policy": "script:<name>"')
    .addOption(localOption('publish to'))
    .addOption(remoteOption('publish to'))
    .action(async (file: string, options: EnvironmentOptions & { name: string }) => {
      const { name } = options;
      if (!SCRIPT_NAME.test(name))
        throw new CliError(
          `--name must have 1 to 32 characters: lower-case letters, digits, "-" and "_"; got "${name}"`,
        );
      const environment = resolveEnvironment(options);
      const source = await checked(file);
      await using store = await openKvStore(environment);
      const { document, changed } = await publishScript(store, name, source, Date.now());
      const { hash, published_at } = document;
      console.log(
        changed
          ? `published ${file} to ${environment.kind} as "${SCRIPT_PREFIX}${name}", hash ${hash.slice(0, HASH_SHOWN)}`
          : `nothing changed: "${SCRIPT_PREFIX}${name}" is the same bundle in ${environment.kind} since ${published_at}`,
      );
    });
  command.addCommand(compareCommand());
  return command;
}

/** Prints a line for every law. @returns the bundle @throws CliError if the script breaks one */
async function checked(file: string): Promise<string> {
  readText(file, 'script');
  const wrong = await typeErrors(file);
  if (wrong !== '') throw new CliError(`${file} has type errors:\n${wrong}`);
  console.log('ok    it has no type errors');
  const source = await bundleScript(file);
  console.log(`ok    it is one module of ${Buffer.byteLength(source)} bytes`);
  const results = await checkScript(source);
  for (const result of results)
    console.log(result.wrong === undefined ? `ok    ${result.law}` : `FAIL  ${result.law}: ${result.wrong}`);
  if (results.some((result) => result.wrong !== undefined))
    throw new CliError(`${file} breaks a law and must not serve; fix it and check again`);
  return source;
}
