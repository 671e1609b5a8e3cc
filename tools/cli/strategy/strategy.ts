import { Command } from 'commander';
import { SCRIPT_NAME, SCRIPT_PREFIX } from '../../../shared/contracts/scripts.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { readText } from '../../project/read_text.ts';
import { askConsole } from '../console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { withConsoleOptions } from '../environment_options.ts';
import { compareCommand } from './compare.ts';
import { useCommand } from './use.ts';

const HASH_SHOWN = 12;

/** The console's answer about a published script. */
interface PublishedScript {
  name: string;
  hash: string;
  published_at: string;
  /** False if the name already stands for the same bundle. */
  changed: boolean;
}

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
  const publish = command
    .command('publish')
    .summary('check a strategy script and publish it under a name')
    .description(
      'Check a strategy script and publish it under a name that configurations can use as a policy.',
    )
    .argument('<file>', 'TypeScript module that exports a Strategy')
    .requiredOption('--name <name>', 'its name; configurations say "policy": "script:<name>"');
  withConsoleOptions(publish, 'publish to').action(publishScript);
  command.addCommand(useCommand());
  command.addCommand(compareCommand());
  return command;
}

async function publishScript(file: string, options: ConsoleOptions & { name: string }): Promise<void> {
  const { name } = options;
  if (!SCRIPT_NAME.test(name))
    throw new CliError(
      `--name must have 1 to 32 characters: lower-case letters, digits, "-" and "_"; got "${name}"`,
      EXIT.usage,
    );
  const endpoint = consoleEndpoint(options, process.env);
  const source = await checked(file);
  const { hash, published_at, changed } = await askConsole<PublishedScript>(
    endpoint,
    `/api/strategies/${name}`,
    {
      method: 'PUT',
      body: { source },
    },
  );
  const { kind } = endpoint;
  console.log(
    changed
      ? `published ${file} to ${kind} as "${SCRIPT_PREFIX}${name}", hash ${hash.slice(0, HASH_SHOWN)}`
      : `nothing changed: "${SCRIPT_PREFIX}${name}" is the same bundle in ${kind} since ${published_at}`,
  );
}

/** Prints a line for every law. @returns the bundle @throws CliError if the script breaks one */
async function checked(file: string): Promise<string> {
  readText(file, 'script');
  if (!/\.[cm]?tsx?$/.test(file))
    throw new CliError(`${file} is not a TypeScript module; name a file that ends in .ts`);
  // They load esbuild and the compiler, which the other subcommands do not need.
  const [{ bundleScript, typeErrors }, { checkScript }] = await Promise.all([
    import('./build_script.ts'),
    import('./check_script.ts'),
  ]);
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
