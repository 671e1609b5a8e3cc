import { Command } from 'commander';
import { CliError } from '../../project/cli_error.ts';
import { wholeNumber } from '../../project/number_option.ts';
import { DEFAULT_CONFIG_FILE } from '../../project/root.ts';
import type { ChangeOptions } from '../change_state.ts';
import { type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { type HistoryApi, historyApi } from '../console/history_api.ts';
import { documentText, type WaitOptions } from '../console/publication.ts';
import { rethrownWithForce } from '../console/put_source.ts';
import { report } from '../console/report.ts';
import { withChangeOptions, withConsoleOptions, withWaitOption } from '../environment_options.ts';
import { withPublish } from '../publish.ts';
import { type JsonOption, say } from '../say.ts';

// Tables and hashes load where they are needed, so that all others start sooner.

const SHOWN = 20;
const version = wholeNumber(1);

/** `lb config`: shows the history of the configuration, and goes back in it. */
export function configCommand(): Command {
  const command = new Command('config').description(
    'Show the history of the configuration, compare versions and go back.',
  );
  const add = (name: string, summary: string, description: string) =>
    command.command(name).summary(summary).description(description);

  withConsoleOptions(
    add('history', 'list the newest versions', 'List the newest versions, and what KV holds.').option(
      '--limit <n>',
      'number of versions',
      wholeNumber(1, 1_000),
      SHOWN,
    ),
    'ask',
  ).action(async (options: ConsoleOptions & JsonOption & { limit: number }) => {
    const { api } = opened(options);
    const [versions, publication] = await Promise.all([api.versions(options.limit), api.publication()]);
    const { versionsText } = await import('./print.ts');
    say(options, { versions, publication }, () => versionsText(versions, publication));
  });

  withConsoleOptions(
    add('show', 'print a version as it was written', 'Print a version as it was written.').argument(
      '[version]',
      'number of the version (default: the newest)',
      version,
    ),
    'ask',
  ).action(async (number: number | undefined, options: ConsoleOptions & JsonOption) => {
    const { api } = opened(options);
    const shown = number === undefined ? await api.head() : await api.version(number);
    say(options, shown, () => shown.source.replace(/\n$/, ''));
  });

  withConsoleOptions(
    add(
      'diff',
      'compare two versions',
      'Compare two versions, object by object. Without arguments, the newest one with the one before it.',
    )
      .argument('[from]', 'the older version (default: the one before `to`)', version)
      .argument('[to]', 'the newer version (default: the newest)', version),
    'ask',
  ).action(async (from: number | undefined, to: number | undefined, options: ConsoleOptions & JsonOption) => {
    const { api } = opened(options);
    const newer = to ?? (await newest(api));
    const older = from ?? (await api.version(newer)).parent;
    if (older === null)
      throw new CliError(`version ${newer} is the first one; name two versions, or publish another one`);
    const { diffText } = await import('./print.ts');
    const differences = await api.diff(older, newer);
    say(options, { from: older, to: newer, differences }, () => diffText(older, newer, differences));
  });

  withChangeOptions(
    add(
      'rollback',
      'go back to a version',
      'Make an older version the newest one again, and publish it.',
    ).argument('<version>', 'number of the version', version),
  ).action(async (number: number, options: ChangeOptions) => {
    const { api, kind } = opened(options);
    const { comment, force } = options;
    const written = await api
      .rollback(number, { ...(comment === undefined ? {} : { comment }), ...(force ? { force } : {}) })
      .catch(rethrownWithForce);
    await report(api, written, options, (text) =>
      written.changed
        ? `${kind} is back at version ${number}: ${text}`
        : `nothing changed: ${kind} already has the content of version ${number}, as ${text}`,
    );
  });

  withConsoleOptions(
    add('pin', 'keep a version for ever', 'Keep a version for ever, or no longer with --off.')
      .argument('<version>', 'number of the version', version)
      .option('--off', 'keep it no longer than others'),
    'change',
  ).action(async (number: number, options: ConsoleOptions & JsonOption & { off?: boolean }) => {
    const { api } = opened(options);
    const pinned = await api.pin(number, options.off !== true);
    say(
      options,
      pinned,
      () => `version ${number} is ${pinned.pinned ? 'kept for ever' : 'no longer kept for ever'}`,
    );
  });

  for (const [name, summary, description] of SETTLE)
    withConsoleOptions(withWaitOption(add(name, summary, description)), 'change').action(
      async (options: ConsoleOptions & WaitOptions & JsonOption) => {
        const { api, kind } = opened(options);
        const { outside } = await api.publication();
        const written = await api.settle(name, outside?.hash);
        const done = name === 'adopt' ? 'adopted' : 'overwrote';
        const what = outside === null ? 'what was there' : documentText(outside);
        await report(api, written, options, (text) => `${done} ${what} in KV of ${kind}: ${text}`);
      },
    );

  withConsoleOptions(
    add('pull', 'write the newest version to a file', 'Write the newest version to a file.')
      .argument('[file]', 'configuration file', DEFAULT_CONFIG_FILE)
      .option('--force', 'overwrite a file that is none of the versions'),
    'ask',
  ).action(async (file: string, options: ConsoleOptions & JsonOption & { force?: boolean }) => {
    const { pull } = await import('./pull.ts');
    const { version, changed } = await pull(opened(options).api, file, options.force === true);
    say(options, { file, version, changed }, () =>
      changed ? `wrote version ${version} to ${file}` : `${file} is already version ${version}`,
    );
  });
  withPublish(command.command('publish').summary('publish a file, as `lb publish` does'));
  return command;
}

const SETTLE = [
  [
    'adopt',
    'make what was written to KV the newest version',
    'Make what somebody wrote to KV the newest version.',
  ],
  [
    'overwrite',
    'publish over what was written to KV',
    'Publish the newest version over what somebody wrote to KV.',
  ],
] as const;

function opened(options: ConsoleOptions) {
  const endpoint = consoleEndpoint(options, process.env);
  return { api: historyApi(endpoint), kind: endpoint.kind };
}

async function newest(api: HistoryApi): Promise<number> {
  const { version } = await api.head();
  if (version !== null) return version.version;
  throw new CliError('nothing is published yet; `lb publish FILE` publishes a configuration');
}
