import { toDocument } from '../../shared/authoring/document.ts';
import type { Config, ConfigHead } from '../../shared/model/config.ts';
import { announcer } from '../cli/announce.ts';
import { askConsole } from '../cli/console_client.ts';
import { localFacts } from '../project/environment.ts';

/**
 * Tells the health Worker what was published before it started. After a restart with another file, its coordinator still holds the
 * configuration of the last run until it reads KV. If KV has another configuration than the file, because an operator changed a state,
 * nothing is announced, and the coordinator reads KV.
 * @returns a line for the operator, see `Announce`
 */
export async function announceStart(
  config: Config,
  local = localFacts(),
  ask = askConsole,
): Promise<string | undefined> {
  const { config: published } = await ask<{ config: Pick<ConfigHead, 'version' | 'hash' | 'published_at'> }>(
    { base_url: `http://127.0.0.1:${local.console_port}` },
    '/api/status',
  );
  const document = await toDocument(config, published.version, published.published_at);
  if (document.hash !== published.hash) return undefined;
  return announcer({ kind: 'local', local }, process.env, ask)(document);
}
