import { ASSERT, type Instruction, type Program } from './program.ts';

const FAIL: Instruction = ['fail'];

/**
 * Tests whether a pattern matches somewhere in a text. It follows all alternatives at once (Thompson 1968; Pike's machine
 * without captures), so the time is bounded by characters times instructions, whatever the text.
 */
export function runProgram(program: Program): (text: string) => boolean {
  const { start, code } = program;
  const beginnings = beginningsOf(program);
  // Instructions that wait for the current character, and for the next one. `seen[i]` is the last position, plus 1, at which
  // instruction i was entered.
  let current: number[] = [];
  let following: number[] = [];
  const seen = new Int32Array(code.length);
  const pending: number[] = [];

  /** Follows instructions that need no character. Returns whether the end of the pattern is reached. */
  function enter(from: number, into: number[], text: string, at: number): boolean {
    pending.push(from);
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seen[index] === at + 1) continue;
      seen[index] = at + 1;
      const instruction = code[index] ?? FAIL;
      switch (instruction[0]) {
        case 'match':
          pending.length = 0;
          return true;
        case 'char':
          into.push(index);
          break;
        case 'split':
          pending.push(instruction[2], instruction[1]);
          break;
        case 'assert':
          if ((instruction[2] & ~assertionsAt(text, at)) === 0) pending.push(instruction[1]);
      }
    }
    return false;
  }

  return (text) => {
    seen.fill(0);
    current.length = 0;
    if (enter(start, current, text, 0)) return true;
    for (let at = 0; at < text.length; ) {
      const character = text.codePointAt(at) ?? 0;
      at += character > 0xffff ? 2 : 1;
      following.length = 0;
      for (const index of current) {
        const instruction = code[index] ?? FAIL;
        if (instruction[0] !== 'char' || !inRanges(instruction[2], character)) continue;
        if (enter(instruction[1], following, text, at)) return true;
      }
      // Nearly no character of a text begins a match. This test saves a step of the machine.
      const may_begin = beginnings === undefined || inRanges(beginnings, text.codePointAt(at) ?? -1);
      if (may_begin && enter(start, following, text, at)) return true;
      if (following.length === 0 && beginnings?.length === 0) return false;
      [current, following] = [following, current];
    }
    return false;
  };
}

/**
 * The characters that can begin a match after the start of the text, as ranges. None for a pattern that begins with `^`.
 * Undefined: any character, or that depends on an assertion.
 */
function beginningsOf({ start, code }: Program): number[] | undefined {
  const ranges: number[] = [];
  const seen = new Set<number>();
  const pending = [start];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const instruction = code[index] ?? FAIL;
    if (instruction[0] === 'char') ranges.push(...instruction[2]);
    else if (instruction[0] === 'split') pending.push(instruction[1], instruction[2]);
    else if (instruction[0] === 'match') return undefined;
    else if (instruction[0] === 'assert' && instruction[2] !== ASSERT.begin_text) return undefined;
  }
  return ranges;
}

function inRanges(ranges: readonly number[], character: number): boolean {
  for (let i = 0; i < ranges.length; i += 2)
    if (character >= (ranges[i] ?? 0) && character <= (ranges[i + 1] ?? 0)) return true;
  return false;
}

const NEWLINE = 10;

/** The {@link ASSERT} bits of the position before the character at `at`. */
function assertionsAt(text: string, at: number): number {
  const first = at === 0;
  const last = at === text.length;
  const inside = isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));
  return (
    (first ? ASSERT.begin_text : 0) |
    (last ? ASSERT.end_text : 0) |
    (first || text.charCodeAt(at - 1) === NEWLINE ? ASSERT.begin_line : 0) |
    (last || text.charCodeAt(at) === NEWLINE ? ASSERT.end_line : 0) |
    (inside ? ASSERT.word_boundary : ASSERT.no_word_boundary)
  );
}

/** As `\w`, ASCII. NaN, beyond either end of the text, is not. */
function isWord(unit: number): boolean {
  return (
    (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 97 && unit <= 122)
  );
}
