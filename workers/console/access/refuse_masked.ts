import { parse } from 'jsonc-parser';
import { CODES, type Mistake, Refusal } from '../refusal.ts';
import { MASK } from './masked.ts';
import { hasMaskedComment } from './masked_source.ts';

/**
 * Refuses a body that has the mask as the value of a header: a copy of what a reader sees would replace the secret. Bodies nest as
 * deeply as their sender likes, so this keeps its own stack.
 * @throws {Refusal} 400, with the place of each mask
 */
export function refuseMasked(value: unknown): void {
  const mistakes: Mistake[] = [];
  const waiting: { value: unknown; pointer: string; in_header: boolean }[] = [
    { value, pointer: '', in_header: false },
  ];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (item.value === MASK && item.in_header) mistakes.push(mistakeAt(item.pointer));
    if (typeof item.value !== 'object' || item.value === null) continue;
    for (const [key, inner] of Object.entries(item.value).reverse())
      waiting.push({
        value: inner,
        pointer: `${item.pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        in_header: item.in_header || key === 'header',
      });
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
  refuseMasked(parse(source, [], { allowTrailingComma: true }));
  if (!hasMaskedComment(source)) return;
  const message = `a comment is masked ("${MASK}"): write it as it was, or delete it: validation failed`;
  throw new Refusal(400, [{ code: CODES.invalid, message }]);
}

function mistakeAt(pointer: string): Mistake {
  const message = `header value is masked ("${MASK}"): write the secret, or leave \`header\` out of a PATCH: validation failed`;
  return { code: CODES.invalid, message, pointer };
}
