import { HttpError } from '../../../../shared/errors.ts';
import { CODES, type Mistake, Refusal } from '../../refusal.ts';
import { jsonResponse } from '../../respond.ts';
import type { Reply } from '../route.ts';

// The envelope of every answer of Cloudflare's API.
// https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/

/** An entry of `errors`. */
export interface EnvelopeError {
  code: number;
  message: string;
  source?: { pointer: string };
  /** Ours: facts for programs. */
  meta?: Readonly<Record<string, unknown>>;
  error_chain?: readonly { code: number; message: string }[];
}

export interface Envelope {
  success: boolean;
  errors: readonly EnvelopeError[];
  messages: NonNullable<Reply['messages']>;
  result: unknown;
  result_info?: NonNullable<Reply['result_info']>;
}

/** An answer with status 200: `{ success: true, errors: [], messages: [], result: … }`. */
export function succeeded({ result, headers = {}, messages = [], result_info }: Reply): Response {
  const envelope: Envelope = {
    success: true,
    errors: [],
    messages,
    result,
    ...(result_info === undefined ? {} : { result_info }),
  };
  return jsonResponse(200, envelope, headers);
}

/** Codes of errors that have only a status. */
const CODE_OF_STATUS: Readonly<Record<number, number>> = {
  400: CODES.invalid,
  401: CODES.invalid_token,
  403: CODES.forbidden,
  404: CODES.not_found,
  405: CODES.no_route,
  412: CODES.lost_race,
  428: CODES.lost_race,
  429: CODES.too_many,
};

/** Cloudflare's SDK repeats 409 unless the answer forbids it. Neither of these succeeds when it is repeated as it was. */
const FINAL = new Set([409, 412]);

/**
 * The answer to a request that failed. An error that is no {@link HttpError} is logged and becomes 500, without its message.
 * @param log gets errors that nobody foresaw
 */
export function failed(error: unknown, log: (error: unknown) => void = console.error): Response {
  if (!(error instanceof HttpError)) {
    log(error);
    return failed(new Refusal(500, [{ code: CODES.internal, message: 'Internal Server Error' }]));
  }
  const { status, headers } = error;
  const envelope: Envelope = {
    success: false,
    errors: mistakesShown(error),
    messages: [],
    result: null,
  };
  return jsonResponse(status, envelope, {
    ...(FINAL.has(status) ? { 'x-should-retry': 'false' } : {}),
    ...headers,
  });
}

/** The entries of `errors` for an error. */
export function mistakesShown(error: HttpError): EnvelopeError[] {
  return mistakesOf(error).map(shownMistake);
}

function mistakesOf(error: HttpError): readonly Mistake[] {
  if (error instanceof Refusal && error.mistakes.length > 0) return error.mistakes;
  const { status, message } = error;
  const other = status >= 500 ? CODES.internal : CODES.invalid;
  return [{ code: CODE_OF_STATUS[status] ?? other, message }];
}

function shownMistake({ code, message, pointer, meta, error_chain }: Mistake): EnvelopeError {
  return {
    code,
    message,
    ...(pointer === undefined ? {} : { source: { pointer } }),
    ...(meta === undefined ? {} : { meta }),
    ...(error_chain === undefined ? {} : { error_chain }),
  };
}
