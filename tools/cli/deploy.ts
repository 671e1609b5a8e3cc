import { mkdirSync, writeFileSync } from 'node:fs';
import { Argument, Command } from 'commander';
import { buildApp } from '../console/build_app.ts';
import { CliError } from '../project/cli_error.ts';
import { deployableProxies, withProxies } from '../project/extra_proxies.ts';
import { withProgress } from '../project/progress.ts';
import { inRoot } from '../project/root.ts';
import { readWorkerConfig, WORKERS } from '../project/worker_config.ts';
import { runWrangler } from '../project/wrangler.ts';
import { assertCredentials } from './credentials.ts';
import { createKvNamespace, findKvNamespace, KV_TITLE } from './kv_namespace.ts';
import type { JsonOption } from './say.ts';

/** Folder for derived configurations. Git ignores it, so a deployment changes no committed file. */
const FOLDER = inRoot('.plimsoll', 'deploy');

/**
 * Largest size of a minified bundle. Start-up time and review both grow with it. The bare path (match, decide, attempt,
 * record) is a third of the gateway's. Sessions, rules, guards, limits, key maps, mirrors and the reader of documents share the
 * rest.
 */
const MAX_KIB: Partial<Record<string, number>> = { gateway: 110, selector: 80 };

/** `lb deploy [worker]`: deploys all Workers, each after the Workers that it calls, or one Worker. */
export function deployCommand(): Command {
  const all = [...deployableProxies().map(({ name }) => name), ...WORKERS];
  return new Command('deploy')
    .description('Deploy all Workers, each after the Workers that it calls, or only the one that is named.')
    .addArgument(new Argument('[worker]', 'the only Worker to deploy').choices(all))
    .option('--dry-run', 'build and check sizes, without an account and without an upload')
    .option('--json', 'print a list with the result of each Worker as JSON')
    .action(async (worker: string | undefined, options: JsonOption & { dryRun?: boolean }) => {
      const workers = worker === undefined ? all : [worker];
      if (workers.includes('console')) await buildApp();
      const results = await (options.dryRun === true ? dryRunAll : deployAll)(workers, options);
      if (options.json === true) console.log(JSON.stringify(results, undefined, 2));
    });
}

/** A Worker that was built. Sizes in KiB. */
interface Built {
  worker: string;
  minified_kib: number;
  gzip_kib: number;
  bindings: string[];
}

/** A Worker that was deployed. */
interface Deployed {
  worker: string;
  version: string | null;
  address: string | null;
}

/** Builds each Worker and prints its size and bindings. @throws CliError if one does not build or is too large */
async function dryRunAll(workers: readonly string[], { json = false }: JsonOption): Promise<Built[]> {
  const built: Built[] = [];
  const tooBig: string[] = [];
  for (const worker of workers) {
    const args = ['deploy', '-c', derive(worker), '--dry-run', '--outdir', outdir(worker)];
    const result = await withProgress(`the build of the ${worker}`, runWrangler(args));
    if (result.code !== 0) throw new CliError(`${worker} does not build:\n${result.stdout}${result.stderr}`);
    const size = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(result.stdout);
    if (size === null) throw new CliError(`${worker}: wrangler did not print its size:\n${result.stdout}`);
    const [, raw = '', gzip = ''] = size;
    const bindings = bindingLines(result.stdout);
    built.push({ worker, minified_kib: Number(raw), gzip_kib: Number(gzip), bindings });
    if (!json) {
      console.log(`${worker.padEnd(9)}${raw} KiB minified, ${gzip} KiB gzip`);
      for (const line of bindings) console.log(`         ${line}`);
    }
    const max = MAX_KIB[worker];
    if (max !== undefined && Number(raw) > max)
      tooBig.push(`${worker} has ${raw} KiB; the limit is ${max} KiB`);
  }
  if (tooBig.length > 0) throw new CliError(`too large: ${tooBig.join('; ')}`);
  return built;
}

/** Deploys in this order. @throws CliError for the first Worker that fails, with the Workers that are live */
async function deployAll(workers: readonly string[], { json = false }: JsonOption): Promise<Deployed[]> {
  assertCredentials();
  const deployed: Deployed[] = [];
  const live: string[] = [];
  // The namespace is needed only if one of these Workers binds it; the proxy does not.
  const needsKv = workers.some((worker) =>
    (readWorkerConfig(worker).kv_namespaces ?? []).some(({ id }) => !id),
  );
  const namespace = needsKv ? await namespaceId(json ? console.error : console.log) : undefined;
  for (const worker of workers) {
    const args = ['deploy', '-c', derive(worker, namespace)];
    const result = await withProgress(`the deployment of the ${worker}`, runWrangler(args));
    if (result.code !== 0) throw failed(worker, live, `${result.stdout}${result.stderr}`);
    live.push(worker);
    const address = /https:\/\/\S+\.workers\.dev/.exec(result.stdout)?.[0];
    const version = /Current Version ID: (\S+)/.exec(result.stdout)?.[1];
    deployed.push({ worker, version: version ?? null, address: address ?? null });
    if (!json)
      console.log(
        [`${worker.padEnd(9)}deployed`, version && `version ${version}`, address].filter(Boolean).join(', '),
      );
  }
  return deployed;
}

async function namespaceId(tell: (line: string) => void): Promise<string> {
  const found = await findKvNamespace();
  if (found !== undefined) {
    tell(`KV namespace "${KV_TITLE}" found: ${found}`);
    return found;
  }
  const created = await createKvNamespace();
  tell(`KV namespace "${KV_TITLE}" created: ${created}`);
  return created;
}

/**
 * Writes the configuration for wrangler: the committed one with the namespace's id and the bindings to extra proxies.
 * @returns its path
 */
function derive(worker: string, namespace?: string): string {
  const config = readWorkerConfig(worker);
  const proxies = deployableProxies().map(({ name, binding }) => ({ binding, service: nameOf(name) }));
  config.services = withProxies(worker, config.services ?? [], proxies);
  if (namespace !== undefined) for (const kv of config.kv_namespaces ?? []) kv.id ??= namespace;
  // Readers of documents share them with other Workers of the same namespace, and with no others.
  const id = config.kv_namespaces?.find(({ binding }) => binding === 'KV')?.id;
  if (id !== undefined && config.services.some(({ binding }) => binding === 'CONTROL'))
    config.vars = { KV_ID: id, ...config.vars };
  const file = inRoot('.plimsoll', 'deploy', `wrangler.${worker}.json`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`);
  return file;
}

/**
 * The name under which an extra proxy is deployed.
 * @throws CliError if that would replace another Worker
 */
function nameOf(proxy: string): string {
  const { name } = readWorkerConfig(proxy);
  const other = WORKERS.find((worker) => readWorkerConfig(worker).name === name);
  if (other === undefined) return name;
  throw new CliError(
    `wrangler.${proxy}.toml: \`name\` is "${name}", as in wrangler.${other}.toml; set it to "plimsoll-${proxy}"`,
  );
}

function outdir(worker: string): string {
  return inRoot('.plimsoll', 'deploy', worker);
}

/** The lines in which wrangler lists bindings: `env.KV (…)   KV Namespace`. */
function bindingLines(stdout: string): string[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('env.'))
    .map((line) => line.trim().replace(/ {2,}/g, '  '));
}

function failed(worker: string, live: readonly string[], output: string): CliError {
  const state = live.length === 0 ? 'Nothing was deployed.' : `Already live: ${live.join(', ')}.`;
  return new CliError(
    `${worker} was not deployed:\n${output.trim()}\n${state} Fix the cause and run the same command again; deploying a Worker twice is safe.`,
  );
}
