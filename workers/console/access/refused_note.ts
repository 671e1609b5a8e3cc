import { HttpError } from '../../../shared/errors.ts';
import { CODES, type Mistake, Refusal } from '../refusal.ts';
import { fromOf, whatOf } from './from.ts';
import type { Principal } from './principal.ts';
import type { AuditNote } from './store.ts';

const MAX_MISTAKES = 3;
const MAX_MESSAGE = 250;

/**
 * The row of the audit for a request that failed. All refusals about access have one, and so has every change that failed.
 * @param principal {@link NOBODY} if the sender was not recognised
 * @param error what the route or authentication threw
 * @returns undefined: a failed reading, such as 404, has no row
 */
export function refusedNote(request: Request, principal: Principal, error: unknown): AuditNote | undefined {
  const status = error instanceof HttpError ? error.status : 500;
  const about_access = status === 401 || status === 403 || status === 429 || invalidHeader(error);
  if (!about_access && ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return undefined;
  return {
    author: principal.author,
    from: fromOf(request),
    what: whatOf(request),
    status,
    before: null,
    after: null,
    detail: detailOf(error),
    refused: principal.by === 'nobody' ? 'nobody' : 'known',
  };
}

function invalidHeader(error: unknown): boolean {
  return error instanceof Refusal && error.mistakes.some(({ code }) => code === CODES.invalid_header);
}

function detailOf(error: unknown): string {
  if (error instanceof Refusal) {
    const more = error.mistakes.length - MAX_MISTAKES;
    const words = error.mistakes.slice(0, MAX_MISTAKES).map(wordsOf).join('; ');
    return more > 0 ? `${words}; and ${more} more` : words;
  }
  return error instanceof HttpError && error.status !== 400 ? error.message.slice(0, MAX_MESSAGE) : '';
}

/** The message about an invalid body quotes the body, and a body may hold secrets. The place is enough. */
function wordsOf({ code, message, pointer }: Mistake): string {
  if (code !== CODES.invalid) return message.slice(0, MAX_MESSAGE);
  return pointer === undefined ? 'the request is invalid' : `invalid: ${pointer.slice(0, MAX_MESSAGE)}`;
}
