/** A directive of a foreign configuration, or a parameter of one that has several. */
export interface Directive {
  /** As named on the command line, or as an include names it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** As in the file, without its block: `upstream app`. */
  readonly text: string;
}

/**
 * What became of a directive.
 * - `taken`: the configuration does the same.
 * - `approximated`: it does nearly the same; the note says how.
 * - `platform`: it does not concern balancing. Cloudflare does it, or a setting there.
 * - `none`: Plimsoll has no counterpart.
 */
export type Fate = 'taken' | 'approximated' | 'platform' | 'none';

/** A directive with its fate. */
export interface Entry extends Directive {
  readonly fate: Fate;
  /** How, or why. Empty: there is nothing to add. */
  readonly note: string;
}
