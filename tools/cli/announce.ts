import type { ConfigDocument } from '../../shared/model/config.ts';
import type { Environment } from '../project/environment.ts';
import { askConsole, type ConsoleEndpoint, NoConsole } from './console_client.ts';

/**
 * Tells the health Worker's coordinator of a publication, through the console, so that gateways follow within ten seconds. KV shows
 * it to them within about a minute.
 * @returns a line for the operator. Undefined: there is nothing to say. It never rejects, because the publication stands
 */
export type Announce = (document: ConfigDocument) => Promise<string | undefined>;

/** Long enough for the largest configuration over a slow line: 2.2 MB at 2 Mbit/s take 9 s. */
const TIMEOUT_MS = 15_000;

const SLOW = 'gateways follow within about a minute';
/** KV shows it after a minute. The health Worker takes a lower version after two more, and gateways after another two. */
const LOWER =
  'gateways follow within about five minutes, because the health Worker knows a newer version already';

/**
 * The announcer of an environment. In production it needs $PLIMSOLL_CONSOLE_URL and $PLIMSOLL_PUBLISH_TOKEN. Locally it uses the
 * console of `npm start` and no token, whatever these variables say: they belong to production.
 */
export function announcer(
  environment: Environment,
  env: NodeJS.ProcessEnv = process.env,
  ask = askConsole,
): Announce {
  if (environment.kind === 'local') {
    const { pid, console_port } = environment.local;
    if (pid === undefined) return async () => undefined;
    return announceTo({ base_url: `http://127.0.0.1:${console_port}` }, ask);
  }
  const { PLIMSOLL_CONSOLE_URL: url, PLIMSOLL_PUBLISH_TOKEN: token } = env;
  if (!url || !token)
    return async () =>
      `${SLOW}; set PLIMSOLL_CONSOLE_URL and PLIMSOLL_PUBLISH_TOKEN, and they follow within ten seconds (docs/deploy.md, Secrets)`;
  return announceTo({ base_url: url.replace(/\/+$/, ''), token }, ask);
}

/** @param endpoint if it has no token, it is the local console. Nothing is said if that does not run yet */
function announceTo(endpoint: ConsoleEndpoint, ask: typeof askConsole): Announce {
  return async (document) => {
    try {
      const { accepted } = await ask<{ accepted: boolean }>(endpoint, '/api/announce', document, TIMEOUT_MS);
      return accepted ? undefined : LOWER;
    } catch (error) {
      if (error instanceof NoConsole && endpoint.token === undefined) return undefined;
      return `${SLOW}, because the console could not pass it on: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
}
