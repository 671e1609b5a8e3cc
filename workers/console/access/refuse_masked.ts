import { type Path, problemText } from '../../../shared/authoring/problem.ts';
import { type Position, positionsIn, readJson } from '../../../shared/authoring/source/json_source.ts';
import { pointerOf } from '../configuration/mistakes.ts';
import { CODES, type Mistake, Refusal } from '../refusal.ts';
import { MASK } from './masked.ts';
import { maskedComments } from './masked_source.ts';

/** A value inside a body. */
interface Item {
  value: unknown;
  in_header: boolean;
  /** Absent: the body itself. */
  key?: string | number;
  parent?: Item;
}

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
  const waiting: Item[] = [{ value, in_header: false }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value: here, in_header } = item;
    if (here === MASK && in_header) paths.push(pathOf(item));
    if (typeof here !== 'object' || here === null) continue;
    const is_list = Array.isArray(here);
    for (const [key, inner] of Object.entries(here).reverse())
      waiting.push({
        value: inner,
        in_header: in_header || key === 'header',
        key: is_list ? Number(key) : key,
        parent: item,
      });
  }
  return paths;
}

/** The path of an item. Only mistakes need one. */
function pathOf(item: Item): Path {
  const keys: (string | number)[] = [];
  for (let at: Item | undefined = item; at?.key !== undefined; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

function mistakeAt(path: Path): Mistake {
  const message = `is masked ("${MASK}"); write the secret, or leave \`header\` out of a PATCH`;
  return {
    code: CODES.invalid,
    message: `${problemText({ path, message })}: validation failed`,
    pointer: pointerOf(path),
  };
}

function inSource({ line, column }: Position, mistake: Mistake): Mistake {
  return { ...mistake, message: `line ${line}, column ${column}: ${mistake.message}` };
}
