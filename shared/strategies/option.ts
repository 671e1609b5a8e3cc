import type { HashKey } from '../model/strategy_options.ts';

/** An option of a policy, as plain data. The schema, the documentation, the defaults and the warnings follow from it. */
export type Option = NumberOption | WordOption | KeyOption;

interface Described {
  /** The rest of the sentence 'For `policy`: …' in the documentation. */
  about: string;
  unit?: 'percent' | 'seconds' | 'milliseconds';
}

/** A number in a range. Both bounds are allowed. */
export interface NumberOption extends Described {
  default: number;
  range: readonly [min: number, max: number];
  whole?: true;
  /** A further condition, with the values that meet it in words. */
  only?: { holds(value: number): boolean; allowed: string };
}

/** One of a list of words. */
export interface WordOption<Word extends string = string> extends Described {
  default: Word;
  words: readonly Word[];
}

/** The facts that make a key. */
export interface KeyOption extends Described {
  default: readonly HashKey[];
}

/** Options by name. An option that several policies read is one constant (shared_options.ts). */
export type Options = Readonly<Record<string, Option>>;

/** The values that a strategy gets for the options that it declares. */
export type ValuesOf<O extends Options> = string extends keyof O
  ? unknown
  : { readonly [Name in keyof O]: ValueOf<O[Name]> };

type ValueOf<One extends Option> =
  One extends WordOption<infer Word> ? Word : One extends NumberOption ? number : readonly HashKey[];
