import type { ConfigFile } from '../../shared/authoring/schema.ts';
import type { Notes } from './output/notes.ts';
import { configText } from './output/write.ts';
import type { HostMap } from './parts/host_map.ts';
import { makeReachable } from './parts/reach.ts';
import type { Ledger } from './report/ledger.ts';
import type { Report } from './report/print.ts';

/** What every importer is given besides the source. */
export interface ImportOptions {
  /** Public hostnames of hosts that no Worker can reach. */
  map: HostMap;
}

/** What an importer has read. */
interface Draft {
  /** Addresses of origins are those of the source. */
  config: ConfigFile;
  notes: Notes;
  ledger: Ledger;
  unnamed: readonly string[];
  /** Comments at the top: where it is from, and the defaults of the source. */
  header: readonly string[];
}

/** A configuration file and what became of the source. */
export interface Imported extends Report {
  /** The text of the file. */
  text: string;
}

const SECRET = 'One of these headers may be a secret. Keep this file out of a public repository.';

function isSecret(header: string): boolean {
  return /authoriz|cookie|token|secret|key/i.test(header);
}

/** A file needs no empty lists but that of its load balancers. */
function withoutEmpty(config: ConfigFile): ConfigFile {
  const lists = Object.entries(config).filter(
    ([key, list]) => key === 'load_balancers' || !Array.isArray(list) || list.length > 0,
  );
  return Object.fromEntries(lists);
}

/** Makes addresses reachable, and writes the file. */
export function finish({ config, notes, ledger, unnamed, header }: Draft, { map }: ImportOptions): Imported {
  const hosts = makeReachable(config, map, notes);
  for (const monitor of config.monitors ?? [])
    if (Object.keys(monitor.header ?? {}).some(isSecret)) notes.add(monitor, SECRET, 'header');
  const text = configText(withoutEmpty(config), notes, header);
  return { text, entries: ledger.entries(), hosts, unnamed };
}
