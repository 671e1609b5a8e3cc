import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inRoot, ROOT } from '../project/root.ts';
import { readWorkerConfig, type WorkerName } from '../project/worker_config.ts';
import { runWrangler } from '../project/wrangler.ts';

/** Folder for bundles, each under the hash of its sources. */
const FOLDER = inRoot('.plimsoll', 'bundles');

/**
 * Takes the place of the configuration in a bundle, so that one bundle serves any configuration: {@link withConfig} fills it
 * in.
 */
const PLACEHOLDER = '@bundled-config@';

/**
 * Builds a Worker's production bundle with the real `wrangler deploy --dry-run` and its `wrangler.*.toml`. A bundle whose
 * sources have not changed is reused.
 *
 * @param root the root of the sources: this repository, or a worktree of another revision with the libraries of this one
 * @returns one ES module
 * @throws Error with wrangler's output if it does not build
 */
export function bundle(worker: WorkerName, root: string = ROOT): Promise<string> {
  const folder = join(FOLDER, `${worker}-${hashOf(worker, root)}`);
  let bundling = underWay.get(folder);
  if (bundling === undefined) {
    bundling = build(worker, folder, root).finally(() => underWay.delete(folder));
    underWay.set(folder, bundling);
  }
  return bundling;
}

/** Builds under way, by folder. A second call for the same bundle waits for the first. */
const underWay = new Map<string, Promise<string>>();

async function build(worker: WorkerName, folder: string, root: string): Promise<string> {
  const file = join(folder, 'worker.js');
  if (existsSync(file)) return readFileSync(file, 'utf8');

  // Built in another folder and then moved, so that no other process reads half a bundle.
  const building = `${folder}.${process.pid}`;
  const stub = join(building, 'bundled-config.js');
  const configFile = join(building, 'wrangler.json');
  const { build: _command, ...config } = readWorkerConfig(worker, root);
  if (config.alias?.['bundled-config'] !== undefined) config.alias['bundled-config'] = stub;
  mkdirSync(building, { recursive: true });
  writeFileSync(stub, `export default JSON.parse('${PLACEHOLDER}');\n`);
  writeFileSync(configFile, JSON.stringify(config, undefined, 2));

  const result = await runWrangler(['deploy', '-c', configFile, '--dry-run', '--outdir', building]);
  if (result.code !== 0) throw new Error(`${worker} does not build:\n${result.stdout}${result.stderr}`);
  const source = readFileSync(join(building, 'worker.js'), 'utf8');
  if (!existsSync(folder)) renameSync(building, folder);
  return source;
}

/** Fills a configuration document into a bundle, in place of the one that a deployment bundles. */
export function withConfig(source: string, document: unknown): string {
  return source.replace(new RegExp(`["'\`]${PLACEHOLDER}["'\`]`), () =>
    JSON.stringify(JSON.stringify(document)),
  );
}

/** A hash of everything that a bundle depends on: the Worker, shared code, the wrangler configuration and libraries. */
function hashOf(worker: WorkerName, root: string): string {
  const hash = createHash('sha256');
  const files = [
    `wrangler.${worker}.toml`,
    'package-lock.json',
    ...filesIn(root, join('workers', worker)),
    ...filesIn(root, 'shared'),
  ];
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** All files in a folder of `root`, relative to `root`. */
function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
