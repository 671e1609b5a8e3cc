/**
 * A regular expression, ready to be run by {@link file://./run_program.ts}: instructions that refer to each other by
 * index, in the order of Thompson's construction. Plain JSON.
 */
export interface Program {
  start: number;
  code: Instruction[];
}

export type Instruction =
  /** One character in one of the ranges `[from, to, from, to, …]` of code points, then `next`. */
  | [op: 'char', next: number, ranges: number[]]
  /** Both ways. */
  | [op: 'split', next: number, other: number]
  /** Nothing, where the position is what the {@link ASSERT} bits say, then `next`. */
  | [op: 'assert', next: number, bits: number]
  | [op: 'match']
  | [op: 'fail'];

/** What may be asked of a position. The bits are RE2's. */
export const ASSERT = {
  begin_line: 1,
  end_line: 2,
  begin_text: 4,
  end_text: 8,
  word_boundary: 16,
  no_word_boundary: 32,
} as const;
