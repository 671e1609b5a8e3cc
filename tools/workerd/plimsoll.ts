import { ROOT } from '../project/root.ts';
import { readWorkerConfig, type WorkerConfig, type WorkerName } from '../project/worker_config.ts';
import { bundle, withConfig } from './bundle.ts';
import type { Binding, WorkerService } from './capnp.ts';

/** A real Worker, no Worker, or a stand-in with the source of its ES module. */
export type Part = 'real' | 'absent' | { module: string };

/** Names of the externals (see capnp.ts) behind the Workers' bindings. If one is absent, so is the binding. */
export interface Backing {
  kv?: string;
  traffic?: string;
  mirror?: string;
  health?: string;
  cache?: string;
}

/**
 * Plimsoll's Workers as services of one workerd, bound to each other as their `wrangler.*.toml` says.
 *
 * @param parts the Workers to run. Workers that are not named are absent, and so are bindings to them.
 * @param bundled the configuration of last resort, which `lb bundle-config` bundles in production
 * @param extra additional bindings by Worker: `{ gateway: { PROXY_EU: { service: 'proxy' } } }`
 * @param root the root of the sources, see {@link bundle}
 */
export async function plimsollWorkers(
  parts: Partial<Record<WorkerName, Part>>,
  backing: Backing,
  bundled: unknown,
  extra: Partial<Record<WorkerName, Record<string, Binding>>> = {},
  root: string = ROOT,
): Promise<Record<string, WorkerService>> {
  const present = (Object.keys(parts) as WorkerName[]).filter((worker) => parts[worker] !== 'absent');
  const workers: Record<string, WorkerService> = {};
  for (const worker of present) {
    const part = parts[worker] ?? 'absent';
    const config = readWorkerConfig(worker, root);
    workers[worker] = {
      source: typeof part === 'object' ? part.module : withConfig(await bundle(worker, root), bundled),
      compatibility_date: config.compatibility_date,
      compatibility_flags: config.compatibility_flags ?? [],
      bindings: { ...bindingsOf(config, present, backing), ...extra[worker] },
      // A stand-in exports no classes, and workerd does not start if a declared class is missing.
      durable_objects:
        typeof part === 'object'
          ? []
          : (config.durable_objects?.bindings.map((object) => object.class_name) ?? []),
      ...(backing.cache === undefined ? {} : { cache: backing.cache }),
    };
    if (typeof part === 'object')
      for (const object of config.durable_objects?.bindings ?? [])
        delete workers[worker]?.bindings[object.name];
  }
  return workers;
}

function bindingsOf(
  config: WorkerConfig,
  present: readonly WorkerName[],
  backing: Backing,
): Record<string, Binding> {
  const bindings: Record<string, Binding> = {};
  for (const { binding, service, entrypoint } of config.services ?? []) {
    const worker = present.find((name) => service === `plimsoll-${name}`);
    if (worker !== undefined)
      bindings[binding] = entrypoint === undefined ? { service: worker } : { service: worker, entrypoint };
  }
  for (const { binding } of config.kv_namespaces ?? [])
    if (backing.kv !== undefined) bindings[binding] = { kv: backing.kv };
  for (const { binding } of config.analytics_engine_datasets ?? []) {
    const sink = backing[binding.toLowerCase() as 'traffic' | 'mirror' | 'health'];
    if (sink !== undefined) bindings[binding] = { analytics: sink };
  }
  for (const object of config.durable_objects?.bindings ?? [])
    bindings[object.name] = { durable_object: object.class_name };
  // Loaded isolates belong to the id of the binding, so two Workers in one process do not share them.
  for (const { binding } of config.worker_loaders ?? []) bindings[binding] = { loader: config.name };
  for (const [name, value] of Object.entries(config.vars ?? {})) bindings[name] = { text: value };
  if (config.version_metadata !== undefined)
    bindings[config.version_metadata.binding] = {
      json: { id: `${config.name}-local`, tag: '', timestamp: '1970-01-01T00:00:00.000Z' },
    };
  return bindings;
}
