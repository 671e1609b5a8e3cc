import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import type { ServiceBinding } from './extra_proxies.ts';
import { ROOT } from './root.ts';

/** The Workers in the order of deployment. Callees come first, because the platform checks that bindings exist. */
export const WORKERS = ['proxy', 'health', 'selector', 'gateway', 'console'] as const;
export type WorkerName = (typeof WORKERS)[number];

/** The fields of a `wrangler.*.toml` that tools read. All other fields are passed on unchanged. */
export interface WorkerConfig {
  name: string;
  main: string;
  compatibility_date: string;
  compatibility_flags?: string[];
  alias?: Record<string, string>;
  build?: { command?: string; cwd?: string; watch_dir?: string | string[] };
  vars?: Record<string, string>;
  kv_namespaces?: Array<{ binding: string; id?: string }>;
  assets?: { directory: string };
  services?: ServiceBinding[];
  analytics_engine_datasets?: Array<{ binding: string; dataset: string }>;
  worker_loaders?: Array<{ binding: string }>;
  ratelimits?: Array<{ name: string; namespace_id: string; simple: { limit: number; period: number } }>;
  version_metadata?: { binding: string };
  durable_objects?: { bindings: Array<{ name: string; class_name: string }> };
  env?: Record<string, unknown>;
  [key: string]: unknown;
}

/**
 * Reads `wrangler.<worker>.toml` for production and makes its paths absolute, so that a derived file can be in any
 * folder.
 * @param worker {@link WorkerName} or the name of an extra proxy
 */
export function readWorkerConfig(worker: string, root: string = ROOT): WorkerConfig {
  const text = readFileSync(join(root, `wrangler.${worker}.toml`), 'utf8');
  // Named environments have no effect here. wrangler would only check what they inherit.
  const { env: _environments, ...config } = parse(text) as unknown as WorkerConfig;
  config.main = resolve(root, config.main);
  if (config.assets !== undefined) config.assets.directory = resolve(root, config.assets.directory);
  if (config.alias !== undefined)
    config.alias = Object.fromEntries(
      Object.entries(config.alias).map(([name, path]) => [
        name,
        path.startsWith('.') ? resolve(root, path) : path,
      ]),
    );
  if (config.build !== undefined) {
    const { watch_dir: _ours, ...build } = config.build;
    config.build = { ...build, cwd: resolve(root, build.cwd ?? '.') };
  }
  return config;
}
