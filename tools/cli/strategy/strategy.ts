import { Command } from 'commander';
import { type PublishedScript, SCRIPT_NAME, SCRIPT_PREFIX } from '../../../shared/contracts/scripts.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { withProgress } from '../../project/progress.ts';
import { readText } from '../../project/read_text.ts';
import { askConsole } from '../console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { withConsoleOptions } from '../environment_options.ts';
import { type JsonOption, say } from '../say.ts';
import { compareCommand } from './compare.ts';
import type { LawResult } from './laws.ts';
import { useCommand } from './use.ts';

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
    .option('--json', 'print the size and the laws as JSON')
    .action(async (file: string, options: JsonOption) => {
      const { source, results } = await checked(file, options);
      const checks = { bytes: Buffer.byteLength(source), laws: results };
      if (options.json === true) console.log(JSON.stringify(checks, undefined, 2));
    });
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

async function publishScript(
  file: string,
  options: ConsoleOptions & JsonOption & { name: string },
): Promise<void> {
  const { name } = options;
  if (!SCRIPT_NAME.test(name))
    throw new CliError(
      `--name must have 1 to 32 characters: lower-case letters, digits, "-" and "_"; got "${name}"`,
      EXIT.usage,
    );
  const endpoint = consoleEndpoint(options, process.env);
  const { source } = await checked(file, options);
  const published = await askConsole<PublishedScript>(endpoint, `/api/strategies/${name}`, {
    method: 'PUT',
    body: { source },
  });
  const { kind } = endpoint;
  const { hash, published_at, changed } = published;
  say(options, published, () =>
    changed
      ? `published ${file} to ${kind} as "${SCRIPT_PREFIX}${name}", hash ${hash.slice(0, HASH_SHOWN)}`
      : `nothing changed: "${SCRIPT_PREFIX}${name}" is the same bundle in ${kind} since ${published_at}`,
  );
}

/** Prints a line for every law, unless JSON is wanted. @returns the bundle @throws CliError if the script breaks a law */
async function checked(
  file: string,
  { json = false }: JsonOption,
): Promise<{ source: string; results: LawResult[] }> {
  const tell = (line: string) => json || console.log(line);
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
  tell('ok    it has no type errors');
  const source = await bundleScript(file);
  tell(`ok    it is one module of ${Buffer.byteLength(source)} bytes`);
  const results = await withProgress('the laws of strategies', checkScript(source));
  for (const result of results)
    tell(result.wrong === undefined ? `ok    ${result.law}` : `FAIL  ${result.law}: ${result.wrong}`);
  if (results.some((result) => result.wrong !== undefined))
    throw new CliError(`${file} breaks a law and must not serve; fix it and check again`);
  return { source, results };
}
