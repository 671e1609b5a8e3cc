import { Command } from 'commander';
import type { Message } from '../../../shared/contracts/notification.ts';
import type { Config, Notification } from '../../../shared/model/config.ts';
import type { Posting } from '../../../shared/notify/posting.ts';
import { postingFor } from '../../../shared/notify/templates.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { formatProblems } from '../../project/format_problems.ts';
import { loadConfig } from '../../project/load_config.ts';
import { DEFAULT_CONFIG_FILE } from '../../project/root.ts';
import { type JsonOption, say, withJson } from '../say.ts';

/** Stands for the secret, which only the health Worker has. It is base64, as a key that signs must be. */
const SECRET = 'U0VDUkVU';
const MINUTE_MS = 60_000;

/** A request that a webhook would get. */
interface Shown extends Posting {
  webhook: string;
  change: Message['data']['change'];
}

/** `lb notify test`: what webhooks would be sent. */
export function notifyCommand(): Command {
  const command = new Command('notify').description('Look at what webhooks are sent.');
  withJson(
    command
      .command('test')
      .summary('print what webhooks would be sent, and send nothing')
      .description(
        `Print what each webhook would be sent when an origin fails and recovers. Nothing is sent, and ${SECRET} stands for each secret.`,
      )
      .argument('[name]', 'only this webhook')
      .option('--config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
      .option('--local', 'read the file for `npm start`, which allows http'),
    'the requests',
  ).action(async (name: string | undefined, options: JsonOption & { config: string; local?: boolean }) => {
    const config = configIn(options.config, options.local === true);
    const shown = await requestsFor(webhooksOf(config, name, options.config), config, Date.now());
    say(options, shown, () => shown.map(asText).join('\n\n'));
  });
  return command;
}

/** The requests about one origin of each webhook's pools: it fails, and a minute later it is well. */
export async function requestsFor(
  webhooks: readonly Notification[],
  config: Config,
  now: number,
): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const webhook of webhooks)
    for (const change of ['opened', 'closed'] as const) {
      const message = sample(webhook, config, change, now);
      const told = { webhook, message, json: JSON.stringify(message), id: 'msg_test', secret: SECRET, now };
      shown.push({ webhook: webhook.name, change, ...(await postingFor(told)) });
    }
  return shown;
}

function sample({ pools }: Notification, config: Config, change: 'opened' | 'closed', now: number): Message {
  const pool = config.pools[pools?.[0] ?? Object.keys(config.pools)[0] ?? ''];
  const origin = pool?.origins[0]?.id ?? 'pool/origin';
  const state = change === 'opened' ? 'down' : 'up';
  return {
    type: `origin.${state}`,
    timestamp: new Date(change === 'opened' ? now : now + MINUTE_MS).toISOString(),
    data: {
      ...{ incident: 'inc_test', change, opened_at: new Date(now).toISOString() },
      ...{ pool: pool?.id ?? 'pool', origin, state },
      ...(change === 'opened' ? { reason: 'tcp_connection_failed' } : {}),
    },
  };
}

function configIn(file: string, local: boolean): Config {
  const { config, problems } = loadConfig(file, local ? 'local' : 'production');
  if (config !== undefined) return config;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new CliError([`${file} cannot be used:`, ...formatProblems({ file, problems: errors })].join('\n'));
}

function webhooksOf({ notifications = [] }: Config, name: string | undefined, file: string): Notification[] {
  const found = notifications.filter((one) => name === undefined || one.name === name);
  if (found.length > 0) return found;
  const names = notifications.map((one) => one.name).join(', ');
  throw new CliError(
    names === ''
      ? `${file} has no \`notifications\`; add one`
      : `there is no webhook "${name}"; ${file} has ${names}`,
    EXIT.usage,
  );
}

function asText({ webhook, change, url, headers, body }: Shown): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `${webhook}: an origin ${change === 'opened' ? 'fails' : 'is well again'}`,
    `POST ${url}`,
    ...lines,
    '',
    JSON.stringify(JSON.parse(body), undefined, 2),
  ].join('\n');
}
