import type { Command } from 'commander';

/** A subcommand of `lb`. */
export interface Subcommand {
  name: string;
  /** Its line in `lb --help`. */
  summary: string;
  /** Loads its module. */
  load(): Promise<Command>;
}
