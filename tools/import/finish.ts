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

/** Makes addresses reachable, and writes the file. */
export function finish({ config, notes, ledger, unnamed, header }: Draft, { map }: ImportOptions): Imported {
  const hosts = makeReachable(config, map, notes);
  return { text: configText(config, notes, header), entries: ledger.entries(), hosts, unnamed };
}
