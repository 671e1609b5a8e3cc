import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Instruction, Program } from './program.ts';

// JavaScript's RegExp backtracks: with a pattern like `(a+)+$`, a client can stop an isolate by a long path. Cloudflare uses
// Rust's engine, which takes linear time. re2js has the same syntax and construction (both descend from RE2), but its 150 KB
// are more than the rest of the gateway. So re2js compiles patterns when a configuration is checked, and the gateway runs the
// instructions (run_program.ts, 1 KB) in time linear in the length of the text.

/** The most instructions of a pattern. Each can cost a step for each character of a value. */
const MAX_INSTRUCTIONS = 1_000;

/** Syntax that RE2 would silently read differently from Rust. The text is without escapes. */
const DIFFERENT: readonly (readonly [RegExp, string])[] = [
  [/\[[^\]]*(?:&&|--|~~)/, 'set operations in brackets (`&&`, `--`, `~~`) are not supported'],
  [/\[\^?\]?(?:\[:\^?[a-z]+:\]|[^\][])*\[(?!:)/, 'brackets in brackets are not supported'],
];

/**
 * Compiles a regular expression for {@link file://./run_program.ts}. `\d`, `\w` and `\b` are ASCII, as at Cloudflare.
 * @throws {Error} whose message says what is wrong
 */
export function compilePattern(pattern: string): Program {
  if (pattern.match(/\\./gs)?.includes('\\Q'))
    throw new Error('`\\Q` is not supported; escape each character');
  const unescaped = pattern.replace(/\\./gs, 'x');
  const different = DIFFERENT.find(([form]) => form.test(unescaped));
  if (different !== undefined) throw new Error(different[1]);
  let program: Re2Program;
  try {
    program = RE2JS.compile(pattern).re2().prog as Re2Program;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new Error(error.message.replace(/^error parsing regexp: /, ''));
  }
  const code = program.inst.map(instructionOf);
  if (code.length > MAX_INSTRUCTIONS)
    throw new Error(`the pattern is too large: ${code.length} steps; allowed: ${MAX_INSTRUCTIONS}`);
  return { start: program.start, code };
}

/** The part of a compiled re2js pattern that is read here. */
interface Re2Program {
  start: number;
  inst: readonly { op: number; out: number; arg: number; runes: Int32Array }[];
}

// Opcodes of Go's regexp/syntax, as in re2js. The package does not export their names.
const ALT = 1;
const ALT_MATCH = 2;
const CAPTURE = 3;
const EMPTY_WIDTH = 4;
const MATCH = 6;
const NOP = 7;
const FIRST_RUNE = 8;
const LAST_RUNE = 11;

function instructionOf({ op, out, arg, runes }: Re2Program['inst'][number]): Instruction {
  if (op >= FIRST_RUNE && op <= LAST_RUNE) return ['char', out, rangesOf(runes, (arg & 1) === 1)];
  switch (op) {
    case ALT:
    case ALT_MATCH:
      return ['split', out, arg];
    case CAPTURE:
    case NOP:
      // Groups are not captured. A split into twice the same is a step without effect.
      return ['split', out, out];
    case EMPTY_WIDTH:
      return ['assert', out, arg];
    case MATCH:
      return ['match'];
    default:
      return ['fail'];
  }
}

/** Ranges, or a single character. If folded, also its other case, unless that has several characters. */
function rangesOf(runes: Int32Array, folded: boolean): number[] {
  const [only, second] = runes;
  if (only === undefined || second !== undefined) return [...runes];
  const character = String.fromCodePoint(only);
  const cases = folded ? [character, character.toUpperCase(), character.toLowerCase()] : [character];
  const points = cases.filter((each) => [...each].length === 1).map((each) => each.codePointAt(0) ?? 0);
  return [...new Set(points)].flatMap((point) => [point, point]);
}
