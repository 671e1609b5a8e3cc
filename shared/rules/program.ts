/**
 * A compiled regular expression for {@link file://./run_program.ts}: instructions of Thompson's construction that refer to each
 * other by index. Plain JSON.
 */
export interface Program {
  start: number;
  code: Instruction[];
}

export type Instruction =
  /** A character in one of the ranges `[from, to, from, to, …]` of code points, then `next`. */
  | [op: 'char', next: number, ranges: number[]]
  /** Both `next` and `other`. */
  | [op: 'split', next: number, other: number]
  /** No character, at a position with all of these {@link ASSERT} bits, then `next`. */
  | [op: 'assert', next: number, bits: number]
  | [op: 'match']
  | [op: 'fail'];

/** Properties of a position. The bits are RE2's. */
export const ASSERT = {
  begin_line: 1,
  end_line: 2,
  begin_text: 4,
  end_text: 8,
  word_boundary: 16,
  no_word_boundary: 32,
} as const;
