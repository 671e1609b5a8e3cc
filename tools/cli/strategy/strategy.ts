import { Command } from 'commander';
import { SCRIPT_NAME, SCRIPT_PREFIX } from '../../../shared/contracts/scripts.ts';
import { CliError } from '../../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../../project/environment.ts';
import { readText } from '../../project/read_text.ts';
import { localOption, remoteOption } from '../environment_options.ts';
import { openKvStore } from '../kv_store.ts';
import { bundleScript, typeErrors } from './build_script.ts';
import { checkScript } from './check_script.ts';
import { compareCommand } from './compare.ts';
import { publishScript } from './publish_script.ts';

const HASH_SHOWN = 12;

/** `lb strategy`: check and publish strategies of one's own (docs/write-a-strategy.md), and compare those that run. */
export function strategyCommand(): Command {
  const command = new Command('strategy');
  command
    .command('check')
    .summary('type-check a strategy script, bundle it and hold it to the laws')
    .argument('<file>', 'TypeScript module that exports a Strategy')
    .action(async (file: string) => void (await checked(file)));
  command
    .command('publish')
    .summary('check a strategy script and let a name stand for it')
    .argument('<file>', 'TypeScript module that exports a Strategy')
    .requiredOption('--name <name>', 'what configurations call it: "policy": "script:<name>"')
    .addOption(localOption('publish to'))
    .addOption(remoteOption('publish to'))
    .action(async (file: string, options: EnvironmentOptions & { name: string }) => {
      const { name } = options;
      if (!SCRIPT_NAME.test(name))
        throw new CliError(`--name ${name}: allowed are 1 to 32 lower-case letters, digits, "-" and "_"`);
      const environment = resolveEnvironment(options);
      const source = await checked(file);
      const { document, changed } = await publishScript(
        await openKvStore(environment),
        name,
        source,
        Date.now(),
      );
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

/** Prints a result for every law. @returns the bundle @throws CliError if the script does not keep them all */
async function checked(file: string): Promise<string> {
  readText(file, 'script');
  const wrong = await typeErrors(file);
  if (wrong !== '') throw new CliError(`${file} has type errors:\n${wrong}`);
  console.log('ok    its types are right');
  const source = await bundleScript(file);
  console.log(`ok    it is one module of ${Buffer.byteLength(source)} bytes`);
  const results = await checkScript(source);
  for (const result of results)
    console.log(result.wrong === undefined ? `ok    ${result.law}` : `FAIL  ${result.law}: ${result.wrong}`);
  if (results.some((result) => result.wrong !== undefined)) throw new CliError(`${file} must not serve`);
  return source;
}
