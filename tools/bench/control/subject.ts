import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { TRAFFIC_V1 } from '../../../shared/analytics/traffic_v1.ts';
import type { ConfigFile } from '../../../shared/authoring/schema.ts';
import type { Config, ConfigDocument } from '../../../shared/model/config.ts';
import { configFrom, documentOf } from '../../harness/config.ts';
import { countedObjects } from '../../harness/counted_objects.ts';
import { TICKER } from '../../harness/ticker.ts';
import { ROOT } from '../../project/root.ts';
import { readWorkerConfig } from '../../project/worker_config.ts';
import { wranglerEnv } from '../../project/wrangler.ts';
import type { Binding, WorkerService } from '../../workerd/capnp.ts';
import { plimsollWorkers } from '../../workerd/plimsoll.ts';
import { ANNOUNCER } from './announcer.ts';
import { configFile, POLICIES } from './configuration.ts';
import { controlFor } from './control_worker.ts';
import { withWorktree } from './worktree.ts';

/** A revision that is measured. It needs no files of its own any more. */
export interface Subject {
  /** Whether its Workers ask the coordinator. If not, they read KV alone, and a configuration is published in one key. */
  coordinated: boolean;
  /** Workers of each gateway's process. */
  gateway: Record<string, WorkerService>;
  /** Workers of the coordinator's process. */
  health: Record<string, WorkerService>;
  /** Columns of the gateway's data points. */
  traffic: Dataset;
  /** The configurations that are published, one after the other. */
  configs: readonly Config[];
}

/**
 * Bundles the Workers of a revision.
 * @param revision undefined: the files of this checkout
 * @param ports of the origins
 * @throws CliError if git does not know the revision
 */
export function subjectOf(revision: string | undefined, ports: readonly number[]): Promise<Subject> {
  const files = POLICIES.map((policy) => configFile(ports, policy));
  return revision === undefined
    ? build(ROOT, files.map(configFrom))
    : withWorktree(revision, (root) =>
        build(
          root,
          files.map((file) => configBy(root, file)),
        ),
      );
}

async function build(root: string, configs: readonly Config[]): Promise<Subject> {
  const { services = [], analytics_engine_datasets = [] } = readWorkerConfig('gateway', root);
  const coordinated = services.some(({ binding }) => binding === 'CONTROL');
  const bundled = documentOf({ balancers: [], pools: {}, monitors: {} }, 0);
  const ownExternals = (worker: string): Record<string, Binding> => ({
    KV: { kv: `kv-${worker}` },
    ...(coordinated ? { CONTROL: { service: `control-${worker}` }, KV_ID: { text: 'bench' } } : {}),
  });
  const gateway = await plimsollWorkers(
    { gateway: 'real', selector: 'real', proxy: 'real' },
    { traffic: 'traffic', health: 'health-points' },
    bundled,
    {
      gateway: ownExternals('gateway'),
      selector: ownExternals('selector'),
      // Plain workerd does not distinguish a refused connection from a reset one.
      proxy: { CONNECT_CHECK: { text: 'on' } },
    },
    root,
  );
  for (const worker of ['gateway', 'selector'] as const)
    Object.assign(gateway[worker] ?? {}, { cache: `cache-${worker}` });

  const health = await plimsollWorkers(
    { health: 'real', proxy: 'real' },
    { kv: 'kv-health', health: 'health-points' },
    bundled,
    {},
    root,
  );
  if (health['health'] !== undefined) health['health'] = countedObjects(health['health'], 'object-calls');
  health['ticker'] = TICKER;
  if (coordinated) health['announcer'] = ANNOUNCER;
  if (coordinated)
    for (const caller of ['gateway', 'selector'] as const)
      health[`control-${caller}`] = controlFor(caller, 'control-calls');

  const old = analytics_engine_datasets.some(({ dataset }) => dataset === TRAFFIC_V1.table);
  return { coordinated, gateway, health, traffic: old ? TRAFFIC_V1 : TRAFFIC, configs };
}

/** Has another revision normalise a configuration, because its Workers read the model of their time. */
function configBy(root: string, file: ConfigFile): Config {
  const path = join(root, 'bench.json');
  writeFileSync(path, JSON.stringify(file));
  const env = wranglerEnv({ PLIMSOLL_CONFIG: path, PLIMSOLL_PROFILE: 'local' });
  execFileSync(process.execPath, [join(root, 'tools', 'cli', 'lb.ts'), 'bundle-config'], {
    cwd: root,
    env,
    stdio: 'pipe',
  });
  const bundled = readFileSync(join(root, '.plimsoll', 'bundled-config.json'), 'utf8');
  return (JSON.parse(bundled) as ConfigDocument).config;
}
