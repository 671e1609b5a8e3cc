import { type Path, problemText } from '../../../shared/authoring/problem.ts';
import {
  type Position,
  placeText,
  positionsIn,
  readJson,
} from '../../../shared/authoring/source/json_source.ts';
import { pointerOf } from '../configuration/mistakes.ts';
import { inside, type Placed, pathTo } from '../json_place.ts';
import { CODES, type Mistake, Refusal } from '../refusal.ts';
import { MASK } from './masked.ts';
import { maskedComments } from './masked_source.ts';

/**
 * Refuses a body that has the mask as the value of a header: a copy of what a reader sees would replace the secret.
 * @throws {Refusal} 400, with the place of each mask
 */
export function refuseMasked(value: unknown): void {
  const mistakes = maskedPaths(value).map((path) => mistakeAt(path));
  if (mistakes.length > 0) throw new Refusal(400, mistakes);
}

/**
 * Refuses a source (JSONC) that a reader got, by its masked values and comments.
 * @throws {Refusal} 400, with line and column of each mask
 */
export function refuseMaskedSource(source: string): void {
  // Most sources have no such text, and one search shows it.
  if (!source.includes(MASK) && !source.includes('\\u2022')) return;
  // A source that is no JSONC, or nests too deeply, is refused for that when it is read.
  const { data, locate } = readJson(source);
  if (data === undefined) return;
  const mistakes = maskedPaths(data).map((path) => inSource(locate(path), mistakeAt(path)));
  const position = positionsIn(source);
  const message = `a comment is masked ("${MASK}"): write it as it was, or delete it: validation failed`;
  for (const offset of maskedComments(source))
    mistakes.push(inSource(position(offset), { code: CODES.invalid, message }));
  if (mistakes.length > 0) throw new Refusal(400, mistakes);
}

/** The places of masks in headers. Bodies nest as deeply as their sender likes, so this keeps its own stack. */
function maskedPaths(value: unknown): Path[] {
  const paths: Path[] = [];
  const waiting: { placed: Placed; in_header: boolean }[] = [{ placed: { value }, in_header: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { placed, in_header } = next;
    if (placed.value === MASK && in_header) paths.push(pathTo(placed));
    for (const inner of inside(placed).reverse())
      waiting.push({ placed: inner, in_header: in_header || inner.key === 'header' });
  }
  return paths;
}

function mistakeAt(path: Path): Mistake {
  const message = `is masked ("${MASK}"); write the secret, or leave \`header\` out of a PATCH`;
  return {
    code: CODES.invalid,
    message: `${problemText({ path, message })}: validation failed`,
    pointer: pointerOf(path),
  };
}

function inSource(position: Position, mistake: Mistake): Mistake {
  return { ...mistake, message: `${placeText(position)}: ${mistake.message}` };
}
