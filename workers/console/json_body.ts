import { placeText, readJson } from '../../shared/authoring/source/json_source.ts';
import { HttpError } from '../../shared/errors.ts';

/** The most that a body may have. All of it is in the memory of an isolate, several times over. */
export interface BodyLimits {
  bytes: number;
  /** Commas and opening brackets. A text has at most one more value than that. */
  separators: number;
}

/** A client that is still sending does not read an answer, so the rest of a body that is too long is read as well, up to here. */
const MAX_DROPPED_BYTES = 20_000_000;

/**
 * Reads a JSON body. It requires the content type, which other sites' forms cannot send without a preflight: no page can abuse a
 * browser's password.
 * @param what the expected JSON, for the error
 * @throws {HttpError} 400, 413 or 415
 */
export async function jsonBody(request: Request, limits: BodyLimits, what: string): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new HttpError(415, 'content-type is not JSON: send `application/json`');
  const text = await boundedText(request, limits.bytes, what);
  // A megabyte of `[],` would take 50 MB when it is parsed.
  if (separatorsIn(text) > limits.separators)
    throw new HttpError(413, `The body has more than ${limits.separators} commas and brackets: send less`);
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, `The body is not valid JSON${placeIn(text)}: send ${what}`);
  }
}

/** Where a text stops being JSON: ` at line 2, column 13`. */
function placeIn(text: string): string {
  const [first] = readJson(text).problems;
  if (first === undefined) return ', because it has a comment or a comma before a bracket';
  return ` at ${placeText(first)}`;
}

/** Those in strings count as well, because finding strings would take longer than parsing. */
function separatorsIn(text: string): number {
  let count = 0;
  for (const separator of [',', '[', '{'])
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) count++;
  return count;
}

/** Keeps no more than the bound, because a longer body would take the memory of this isolate. */
async function boundedText(request: Request, max_bytes: number, what: string): Promise<string> {
  // Bytes that are no UTF-8 would otherwise be stored as other text than was sent.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  const decoded = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new HttpError(400, `The body is not UTF-8: send ${what}`);
    }
  };
  let text = '';
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes <= max_bytes) text += decoded(chunk);
    else if (bytes > MAX_DROPPED_BYTES) break;
  }
  if (bytes > max_bytes) throw new HttpError(413, `The body is too long: send at most ${max_bytes} bytes`);
  return text + decoded();
}
