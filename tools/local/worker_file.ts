import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { callsProxies, type ExtraProxy, withProxies } from '../project/extra_proxies.ts';
import { ROOT } from '../project/root.ts';
import type { WorkerConfig } from '../project/worker_config.ts';

/** A `wrangler.*.toml` with the environment that `npm start` runs. */
interface LocalWorker extends WorkerConfig {
  env: { local: Pick<WorkerConfig, 'services'> };
}

/**
 * The wrangler configuration of a Worker: its own file, or a copy in `folder` if extra proxies need one.
 *
 * An extra proxy runs from `wrangler.<name>.toml` if it exists, so that its variables apply here as they do in
 * production. Otherwise it runs from `wrangler.proxy.toml`.
 * @param worker `gateway`, `proxy-eu`, …
 * @param extra every extra proxy that runs
 * @returns absolute path of the file
 */
export function workerFile(
  worker: string,
  extra: readonly ExtraProxy[],
  folder: string,
  root: string = ROOT,
): string {
  const own = join(root, `wrangler.${worker}.toml`);
  const is_extra = extra.some(({ name }) => name === worker);
  if (!is_extra && !(callsProxies(worker) && extra.length > 0)) return own;

  const source = existsSync(own) ? own : join(root, 'wrangler.proxy.toml');
  const config = parse(readFileSync(source, 'utf8')) as unknown as LocalWorker;
  if (is_extra) config.name = `plimsoll-${worker}`;
  const { local } = config.env;
  const proxies = extra.map(({ name, binding }) => ({ binding, service: `plimsoll-${name}-local` }));
  local.services = withProxies(worker, local.services ?? [], proxies);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `wrangler.${worker}.json`);
  writeFileSync(file, `${JSON.stringify(movedTo(folder, config, root), undefined, 2)}\n`);
  return file;
}

/** Adapts a configuration to another folder, because wrangler reads most paths relative to the file. */
function movedTo(folder: string, config: LocalWorker, root: string): LocalWorker {
  const from = (path: string) => relative(folder, resolve(root, path));
  const moved = { ...config, main: from(config.main) };
  if (config.alias !== undefined)
    moved.alias = Object.fromEntries(
      Object.entries(config.alias).map(([name, path]) => [name, resolve(root, path)]),
    );
  if (config.build !== undefined)
    moved.build = { ...config.build, cwd: root, watch_dir: [config.build.watch_dir ?? []].flat().map(from) };
  return moved;
}
