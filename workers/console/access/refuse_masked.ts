import { readJson } from '../../../shared/authoring/source/json_source.ts';
import { CODES, type Mistake, Refusal } from '../refusal.ts';
import { MASK } from './masked.ts';
import { hasMaskedComment } from './masked_source.ts';

/** A value inside a body. */
interface Item {
  value: unknown;
  in_header: boolean;
  /** Absent: the body itself. */
  key?: string;
  parent?: Item;
}

/**
 * Refuses a body that has the mask as the value of a header: a copy of what a reader sees would replace the secret. Bodies nest as
 * deeply as their sender likes, so this keeps its own stack.
 * @throws {Refusal} 400, with the place of each mask
 */
export function refuseMasked(value: unknown): void {
  const mistakes: Mistake[] = [];
  const waiting: Item[] = [{ value, in_header: false }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value: here, in_header } = item;
    if (here === MASK && in_header) mistakes.push(mistakeAt(pointerOf(item)));
    if (typeof here !== 'object' || here === null) continue;
    for (const [key, inner] of Object.entries(here).reverse())
      waiting.push({ value: inner, in_header: in_header || key === 'header', key, parent: item });
  }
  if (mistakes.length > 0) throw new Refusal(400, mistakes);
}

/**
 * Refuses a source (JSONC) that {@link maskedSource} wrote, by its values and its comments.
 * @throws {Refusal} 400
 */
export function refuseMaskedSource(source: string): void {
  // Most sources have no such text, and one search shows it.
  if (!source.includes(MASK) && !source.includes('\\u2022')) return;
  // A source that is no JSONC, or nests too deeply, is refused for that when it is read.
  const { data } = readJson(source);
  if (data === undefined) return;
  refuseMasked(data);
  if (!hasMaskedComment(source)) return;
  const message = `a comment is masked ("${MASK}"): write it as it was, or delete it: validation failed`;
  throw new Refusal(400, [{ code: CODES.invalid, message }]);
}

/** The JSON pointer of an item. Only mistakes need one. */
function pointerOf(item: Item): string {
  const keys: string[] = [];
  for (let at: Item | undefined = item; at?.key !== undefined; at = at.parent)
    keys.push(at.key.replaceAll('~', '~0').replaceAll('/', '~1'));
  return keys
    .reverse()
    .map((key) => `/${key}`)
    .join('');
}

function mistakeAt(pointer: string): Mistake {
  const message = `header value is masked ("${MASK}"): write the secret, or leave \`header\` out of a PATCH: validation failed`;
  return { code: CODES.invalid, message, pointer };
}
