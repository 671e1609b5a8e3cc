import { visit } from 'jsonc-parser';
import { isSecretHeader, MASK } from './masked.ts';

/** A part of the source. */
interface Span {
  start: number;
  end: number;
}

/** Shorter values are no secrets, and would mask half of the comments. */
const MIN_SECRET = 4;
/** A comment that seems to hold the `header` of a monitor that was commented out. */
const HEADER_IN_COMMENT = /\bheaders?\b["']?\s*:/i;

/**
 * Masks secrets in the source of a configuration (JSONC), as {@link masked} does in a value. Everything else stays as written.
 *
 * A comment is masked whole if it is inside a `header`, contains the value of one, or seems to hold a `header` itself. Line comments
 * that follow each other are one comment here.
 */
export function maskedSource(source: string): string {
  const { values, secrets, headers, comments } = found(source);
  const hidden = blocks(source, comments).filter(
    (block) =>
      headers.some(({ start, end }) => block.some((one) => one.start >= start && one.end <= end)) ||
      HEADER_IN_COMMENT.test(textOf(source, block)) ||
      secrets.some((secret) => textOf(source, block).includes(secret)),
  );
  const edits = [
    ...values.map((span) => ({ ...span, text: JSON.stringify(MASK) })),
    ...hidden.flat().map((span) => ({ ...span, text: maskedComment(source, span) })),
  ].sort((a, b) => a.start - b.start);
  let at = 0;
  let text = '';
  for (const edit of edits) {
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at);
}

/** Where a source has comments that {@link maskedSource} wrote, as offsets. */
export function maskedComments(source: string): number[] {
  return found(source)
    .comments.filter((span) => source.slice(span.start, span.end) === maskedComment(source, span))
    .map(({ start }) => start);
}

/** What a source has to mask: places of values, their texts, places of `header` objects, and all comments. */
function found(source: string): { values: Span[]; secrets: string[]; headers: Span[]; comments: Span[] } {
  const values: Span[] = [];
  const secrets: string[] = [];
  const headers: Span[] = [];
  const comments: Span[] = [];
  const open: number[] = [];
  visit(
    source,
    {
      onLiteralValue(value, offset, length, _line, _column, pathOf) {
        if ((typeof value !== 'string' && typeof value !== 'number') || !isSecret(pathOf())) return;
        values.push({ start: offset, end: offset + length });
        if (String(value).length >= MIN_SECRET) secrets.push(String(value));
      },
      onObjectBegin(offset, _length, _line, _column, pathOf) {
        open.push(pathOf().at(-1) === 'header' ? offset : -1);
      },
      onObjectEnd(offset, length) {
        const start = open.pop() ?? -1;
        if (start >= 0) headers.push({ start, end: offset + length });
      },
      onComment(offset, length) {
        comments.push({ start: offset, end: offset + length });
      },
    },
    { allowTrailingComma: true },
  );
  return { values, secrets, headers, comments };
}

function isSecret(path: readonly (string | number)[]): boolean {
  const at = path.indexOf('header');
  if (at < 0) return false;
  const name = path[at + 1];
  return typeof name !== 'string' || isSecretHeader(name);
}

/** Groups line comments that only white space separates. */
function blocks(source: string, comments: readonly Span[]): Span[][] {
  const grouped: Span[][] = [];
  for (const comment of comments) {
    const last = grouped.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && /^\s*$/.test(source.slice(before.end, comment.start)))
      last.push(comment);
    else grouped.push([comment]);
  }
  return grouped;
}

function textOf(source: string, block: readonly Span[]): string {
  return block.map(({ start, end }) => source.slice(start, end)).join('\n');
}

function maskedComment(source: string, { start }: Span): string {
  return source.startsWith('/*', start) ? `/* ${MASK} */` : `// ${MASK}`;
}
