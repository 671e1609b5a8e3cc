import { createScanner, type SyntaxKind } from 'jsonc-parser';

// Trivia is the text between two values: white space, line breaks, comments, and at most one comma.

/** Where a gap is: before the first value of a list or object, between two, or after the last. */
export type GapPlace = 'first' | 'between' | 'last';

/** A gap, cut into what belongs to the value before it and what belongs to the value after it. */
export interface Gap {
  /** The comma, and comments of the same line. Before the first value: comments in the line of the bracket. */
  tail: string;
  /** Offset of the comma in `tail`; -1: none. */
  comma: number;
  /** Everything else. It begins with the line break, if there is one after the comma. */
  lead: string;
}

// The values of jsonc-parser's `SyntaxKind`. It is a const enum, which does not exist when the code runs.
const COMMA: SyntaxKind = 5;
const LINE_COMMENT: SyntaxKind = 12;
const BLOCK_COMMENT: SyntaxKind = 13;
const LINE_BREAK: SyntaxKind = 14;

interface Token {
  kind: SyntaxKind;
  offset: number;
}

/** Cuts a gap. */
export function splitGap(gap: string, place: GapPlace): Gap {
  const { comma, line_break } = marksOf(gap);
  const cut = line_break !== -1 ? line_break : place === 'last' ? gap.trimEnd().length : comma + 1;
  return { tail: gap.slice(0, cut), comma, lead: gap.slice(cut) };
}

/** Offsets of the comma, and of the first line break after it. -1: none. */
function marksOf(gap: string): { comma: number; line_break: number } {
  if (!gap.includes('/')) {
    const comma = gap.indexOf(',');
    const line_break = gap.slice(comma + 1).search(/[\r\n]/);
    return { comma, line_break: line_break === -1 ? -1 : comma + 1 + line_break };
  }
  const tokens = tokensOf(gap);
  const comma = tokens.find(({ kind }) => kind === COMMA)?.offset ?? -1;
  const line_break = tokens.find(({ kind, offset }) => kind === LINE_BREAK && offset > comma)?.offset ?? -1;
  return { comma, line_break };
}

/** Whether text that follows on the same line would be part of a comment. */
export function endsInComment(trivia: string): boolean {
  return trivia.includes('//') && tokensOf(trivia).at(-1)?.kind === LINE_COMMENT;
}

/** Whether a lead begins a new line. */
export function isBroken(lead: string): boolean {
  return lead.startsWith('\n') || lead.startsWith('\r');
}

/** The white space at the beginning of the first line of a broken lead that has more than that, or of the last line. */
export function indentOf(lead: string): string {
  return /^\s*[\r\n]([ \t]*)(?![ \t\r\n])/.exec(lead)?.[1] ?? '';
}

/** The comments of a lead that a blank line separates from the value after it. Empty: none. */
export function detachedComments(lead: string): string {
  if (!lead.includes('/')) return '';
  let end = 0;
  let commented = false;
  let previous_break: number | undefined;
  for (const { kind, offset } of tokensOf(lead)) {
    if (kind === LINE_BREAK) {
      if (commented && previous_break !== undefined) end = previous_break;
      previous_break ??= offset;
    } else if (kind === LINE_COMMENT || kind === BLOCK_COMMENT) {
      commented = true;
      previous_break = undefined;
    }
  }
  return lead.slice(0, end);
}

function tokensOf(trivia: string): Token[] {
  const scanner = createScanner(trivia);
  const tokens: Token[] = [];
  for (;;) {
    const kind = scanner.scan();
    const offset = scanner.getTokenOffset();
    if (offset >= trivia.length) return tokens;
    tokens.push({ kind, offset });
  }
}
