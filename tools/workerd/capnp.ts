/** The target of a binding. `service`, `kv` and so on name a Worker or an external of the topology. */
export type Binding =
  | { service: string; entrypoint?: string }
  | { kv: string }
  | { analytics: string }
  | { durable_object: string }
  | { loader: string }
  | { text: string }
  | { json: unknown };

/** One Worker of a {@link Topology}. */
export interface WorkerService {
  /** The main ES module: a bundle. */
  source: string;
  /** Further ES modules that `source` imports, by name: `{ 'other.js': … }` for `import './other.js'`. */
  modules?: Readonly<Record<string, string>>;
  compatibility_date: string;
  compatibility_flags: string[];
  bindings: Record<string, Binding>;
  /** Exported classes of Durable Objects. */
  durable_objects: string[];
  /** External that stores the content of the Cache API. Without it, `caches.default` throws. */
  cache?: string;
  /** External or Worker that gets every global `fetch`. Without it, they go to the network. */
  outbound?: string;
}

/** Everything that one workerd process runs. */
export interface Topology {
  workers: Record<string, WorkerService>;
  /** HTTP servers on 127.0.0.1 that Workers reach as bindings: ports by name. */
  externals: Record<string, number>;
  /** Workers that are reachable from outside, each on a free port of 127.0.0.1. */
  sockets: string[];
  /** Workers of other workerd processes, also reachable by RPC: the ports of their `rpc_sockets`, by name. */
  remotes?: Record<string, number>;
  /** Workers that other workerd processes reach as `remotes`: ports by name, 0 for a free port. */
  rpc_sockets?: Record<string, number>;
  /** Options of the JavaScript engine: `--max-old-space-size=64`. */
  v8_flags?: readonly string[];
}

type FileOf = (worker: string, module: string) => string;

/** The host on which both ends agree. A `CONNECT` to it opens workerd's own protocol, which carries RPC. */
const RPC = '(capnpConnectHost = "rpc")';

/**
 * Writes a topology as workerd's configuration (Cap'n Proto text).
 * @param fileOf returns the file with a module of a Worker, relative to the folder of the configuration
 * @param disk folder for Durable Objects
 */
export function toCapnp(topology: Topology, fileOf: FileOf, disk: string): string {
  const services = [
    // Origins on 127.0.0.1 need `private`.
    '(name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))',
    `(name = "disk", disk = (path = ${quote(disk)}, writable = true))`,
    ...Object.entries(topology.externals).map(
      ([name, port]) => `(name = ${quote(name)}, external = (address = "127.0.0.1:${port}", http = ()))`,
    ),
    ...Object.entries(topology.remotes ?? {}).map(
      ([name, port]) => `(name = ${quote(name)}, external = (address = "127.0.0.1:${port}", http = ${RPC}))`,
    ),
    ...Object.entries(topology.workers).map(
      ([name, worker]) => `(name = ${quote(name)}, worker = ${workerText(name, worker, fileOf)})`,
    ),
  ];
  const sockets = [
    ...topology.sockets.map((name) => socket(name, 0, '()')),
    ...Object.entries(topology.rpc_sockets ?? {}).map(([name, port]) => socket(name, port, RPC)),
  ];
  return [
    'using Workerd = import "/workerd/workerd.capnp";',
    'const config :Workerd.Config = (',
    `  services = [\n    ${services.join(',\n    ')}\n  ],`,
    `  sockets = [\n    ${sockets.join(',\n    ')}\n  ],`,
    `  v8Flags = [${(topology.v8_flags ?? []).map(quote).join(', ')}],`,
    ');',
    '',
  ].join('\n');
}

function socket(name: string, port: number, http: string): string {
  return `(name = ${quote(name)}, address = "127.0.0.1:${port}", http = ${http}, service = ${quote(name)})`;
}

/** Name of a Worker's main module. */
export const MAIN_MODULE = 'worker.js';

function workerText(name: string, worker: WorkerService, fileOf: FileOf): string {
  const modules = [MAIN_MODULE, ...Object.keys(worker.modules ?? {})].map(
    (module) => `(name = ${quote(module)}, esModule = embed ${quote(fileOf(name, module))})`,
  );
  const bindings = Object.entries(worker.bindings).map(
    ([binding, target]) => `(name = ${quote(binding)}, ${bindingText(target)})`,
  );
  const objects = worker.durable_objects.map(
    (className) =>
      `(className = ${quote(className)}, uniqueKey = ${quote(`${name}-${className}`)}, enableSql = true)`,
  );
  return `(${[
    `modules = [${modules.join(', ')}]`,
    `compatibilityDate = ${quote(worker.compatibility_date)}`,
    `compatibilityFlags = [${worker.compatibility_flags.map(quote).join(', ')}]`,
    `bindings = [${bindings.join(', ')}]`,
    ...(worker.cache === undefined ? [] : [`cacheApiOutbound = ${quote(worker.cache)}`]),
    ...(worker.outbound === undefined ? [] : [`globalOutbound = ${quote(worker.outbound)}`]),
    ...(objects.length === 0
      ? []
      : [`durableObjectNamespaces = [${objects.join(', ')}]`, 'durableObjectStorage = (localDisk = "disk")']),
  ].join(', ')})`;
}

function bindingText(binding: Binding): string {
  if ('kv' in binding) return `kvNamespace = ${quote(binding.kv)}`;
  if ('analytics' in binding) return `analyticsEngine = ${quote(binding.analytics)}`;
  if ('durable_object' in binding) return `durableObjectNamespace = ${quote(binding.durable_object)}`;
  if ('loader' in binding) return `workerLoader = (id = ${quote(binding.loader)})`;
  if ('text' in binding) return `text = ${quote(binding.text)}`;
  if ('json' in binding) return `json = ${quote(JSON.stringify(binding.json))}`;
  if (binding.entrypoint === undefined) return `service = ${quote(binding.service)}`;
  return `service = (name = ${quote(binding.service)}, entrypoint = ${quote(binding.entrypoint)})`;
}

/** A string of Cap'n Proto. It has fewer escapes than JSON, so everything outside printable ASCII is written as bytes. */
function quote(text: string): string {
  let quoted = '"';
  for (const byte of new TextEncoder().encode(text)) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') quoted += `\\${char}`;
    else if (byte >= 0x20 && byte < 0x7f) quoted += char;
    else quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${quoted}"`;
}
