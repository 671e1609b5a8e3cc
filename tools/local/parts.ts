import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExtraProxy } from '../project/extra_proxies.ts';
import { inRoot } from '../project/root.ts';
import { WRANGLER_SCRIPT, wranglerEnv } from '../project/wrangler.ts';
import { DEMO_ORIGINS } from './demo_origins.ts';
import type { StartOptions } from './options.ts';
import type { ProcessSpec } from './processes.ts';
import { localAdminToken, localAffinityKey } from './secrets.ts';
import { workerFile } from './worker_file.ts';

/** Folder of `npm start` for state, logs and recorded rows. */
export const LOCAL_DIR = inRoot('.plimsoll', 'local');
export const STATE_DIR = join(LOCAL_DIR, 'state');
export const REGISTRY_DIR = join(LOCAL_DIR, 'registry');

/** One process of the local system. */
export interface Part extends ProcessSpec {
  /** Description for the table. */
  what: string;
  port: number;
  /** Whether the system works without it. */
  optional: boolean;
  /** Text in its log once it listens on its port; absent if there is none. */
  says?: string;
  /** For a Worker, its file in wrangler's registry, by which others find it. */
  registered?: string;
}

/** Workers that use KV or Durable Objects. */
const STATEFUL = ['gateway', 'console', 'selector', 'health'];

/** Workers whose ports nobody needs to know beforehand, except extra proxies. */
export const INNER = ['selector', 'proxy', 'health', 'analytics'] as const;

/** Ports of the inner Workers and of the extra proxies, by name of the part. */
export type InnerPorts = Readonly<Record<string, number>>;

/** The processes of the demo origins. */
export function demoParts(options: StartOptions): Part[] {
  const script = inRoot('tools', 'local', 'demo_origin.ts');
  return DEMO_ORIGINS.map(({ name, latency_ms }, index) => {
    const port = options.demo_port + index;
    return {
      name: `origin-${name}`,
      what: `demo origin "${name}", ${latency_ms} ms`,
      port,
      optional: true,
      args: [script, '--name', name, '--port', String(port), '--latency-ms', String(latency_ms)],
    };
  });
}

/** The process of the local SQL API. */
export function sqlPart(options: StartOptions): Part {
  const script = inRoot('tools', 'local', 'sql', 'main.ts');
  const sample = options.sample > 1 ? ['--sample', String(options.sample)] : [];
  return {
    name: 'sql',
    what: 'SQL API over the recorded traffic',
    port: options.sql_port,
    optional: true,
    args: [script, '--port', String(options.sql_port), '--data', join(LOCAL_DIR, 'sql'), ...sample],
  };
}

/**
 * The Workers. Each has its own `wrangler dev`, as each is deployed by itself, so an edit restarts only one of them. They
 * find each other by name through wrangler's registry.
 * @param config the configuration file that is bundled as the last resort
 * @param extra the extra proxies of the configuration
 */
export function workerParts(
  options: StartOptions,
  inner: InnerPorts,
  config: string,
  extra: readonly ExtraProxy[],
): Part[] {
  const env = wranglerEnv({
    PLIMSOLL_CONFIG: config,
    PLIMSOLL_PROFILE: 'local',
    // Workers of another checkout have the same names, so this checkout has its own registry.
    WRANGLER_REGISTRY_PATH: REGISTRY_DIR,
    WRANGLER_LOG_PATH: join(LOCAL_DIR, 'log', 'wrangler'),
  });
  const worker = (name: string, what: string, port: number, more: readonly string[]): Part => ({
    name,
    what,
    port,
    optional: false,
    says: `Ready on http://127.0.0.1:${port}`,
    registered: join(REGISTRY_DIR, `plimsoll-${name}-local`),
    env,
    args: [
      ...[WRANGLER_SCRIPT, 'dev', '--local', '--ip', '127.0.0.1', '--port', String(port)],
      ...['--inspector-port', '0', '--show-interactive-dev-session=false'],
      // A Worker without shared state does not have to wait for a lock on it.
      ...['--persist-to', STATEFUL.includes(name) ? STATE_DIR : join(LOCAL_DIR, `state-${name}`)],
      ...more,
    ],
  });
  const sql_url = ['--var', `SQL_URL:http://127.0.0.1:${options.sql_port}`];
  const secrets = inRoot('.dev.vars');
  const real = (name: string) => {
    const file = workerFile(name, extra, join(LOCAL_DIR, 'workers'));
    // wrangler looks for the developer's secrets only in the folder of the file.
    const beside = file === inRoot(`wrangler.${name}.toml`) || !existsSync(secrets);
    return ['-c', file, '--env', 'local', ...(beside ? [] : ['--env-file', secrets])];
  };
  const innerWorker = (name: string, what: string, more: readonly string[]) =>
    worker(name, what, inner[name] ?? 0, more);
  return [
    worker('gateway', 'the load balancer', options.gateway_port, [
      ...real('gateway'),
      ...['--var', `AFFINITY_KEY:${localAffinityKey(join(LOCAL_DIR, 'affinity.key'))}`],
    ]),
    worker('console', 'status page and API', options.console_port, [
      ...real('console'),
      ...sql_url,
      ...['--var', `ADMIN_TOKEN:${localAdminToken()}`],
    ]),
    innerWorker('selector', 'ranks origins', real('selector')),
    innerWorker('proxy', 'carries requests', real('proxy')),
    ...extra.map(({ name, binding }) => innerWorker(name, `carries requests (${binding})`, real(name))),
    innerWorker('health', 'probes origins', real('health')),
    innerWorker('analytics', 'hands data points to the SQL API', [
      ...['-c', inRoot('tools', 'local', 'wrangler.analytics.toml')],
      ...sql_url,
    ]),
  ];
}
