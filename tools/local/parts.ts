import { join } from 'node:path';
import { inRoot } from '../project/root.ts';
import { WRANGLER_SCRIPT, wranglerEnv } from '../project/wrangler.ts';
import { localAffinityKey } from './affinity_key.ts';
import { DEMO_ORIGINS } from './demo_origins.ts';
import type { StartOptions } from './options.ts';
import type { ProcessSpec } from './processes.ts';

/** Where `npm start` keeps everything: state, logs, rows. */
export const LOCAL_DIR = inRoot('.plimsoll', 'local');
export const STATE_DIR = join(LOCAL_DIR, 'state');
export const REGISTRY_DIR = join(LOCAL_DIR, 'registry');

/** One process of the local system. */
export interface Part extends ProcessSpec {
  /** What it is, for the table. */
  what: string;
  port: number;
  /** Whether the rest can do without it. */
  optional: boolean;
  /** What its log says once it listens on its port; undefined: it says nothing. */
  says?: string;
  /** For a Worker: the file in wrangler's registry by which others find it. */
  registered?: string;
}

/** Workers that keep nothing: no KV, no Durable Object. */
const STATELESS = ['proxy', 'analytics'];

/** Ports that nobody needs to know beforehand. */
export interface InnerPorts {
  selector: number;
  proxy: number;
  health: number;
  analytics: number;
}

/** The demo origins' processes. */
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

/** The local SQL API's process. */
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

/** Publishes the configuration to the local KV, as an operator would. It ends by itself. */
export function publishSpec(config_file: string): ProcessSpec {
  return { name: 'publish', args: [inRoot('tools', 'cli', 'lb.ts'), 'publish', '--local', config_file] };
}

/**
 * The Workers: each in a `wrangler dev` of its own, as each is deployed on its own. Editing one restarts that one
 * alone; they find each other by name through wrangler's registry.
 * @param config the configuration file that is bundled as the last resort
 */
export function workerParts(options: StartOptions, inner: InnerPorts, config: string): Part[] {
  const env = wranglerEnv({
    PLIMSOLL_CONFIG: config,
    PLIMSOLL_PROFILE: 'local',
    // Workers of another checkout have the same names: a registry of our own keeps them apart.
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
      // A Worker that shares no state need not wait for a lock on it.
      ...['--persist-to', STATELESS.includes(name) ? join(LOCAL_DIR, `state-${name}`) : STATE_DIR],
      ...more,
    ],
  });
  const sql_url = ['--var', `SQL_URL:http://127.0.0.1:${options.sql_port}`];
  const real = (name: string) => ['-c', inRoot(`wrangler.${name}.toml`), '--env', 'local'];
  return [
    worker('gateway', 'the load balancer', options.gateway_port, [
      ...real('gateway'),
      ...['--var', `AFFINITY_KEY:${localAffinityKey(join(LOCAL_DIR, 'affinity.key'))}`],
    ]),
    worker('console', 'status page and admin API', options.console_port, [...real('console'), ...sql_url]),
    worker('selector', 'ranks origins', inner.selector, real('selector')),
    worker('proxy', 'carries requests', inner.proxy, real('proxy')),
    worker('health', 'probes origins', inner.health, real('health')),
    worker('analytics', 'hands data points to the SQL API', inner.analytics, [
      ...['-c', inRoot('tools', 'local', 'wrangler.analytics.toml')],
      ...sql_url,
    ]),
  ];
}
