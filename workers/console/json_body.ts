import { readJson } from '../../shared/authoring/source/json_source.ts';
import { HttpError } from '../../shared/errors.ts';

/**
 * Reads a JSON body. It requires the content type, which other sites' forms cannot send without a preflight: no page can abuse a
 * browser's password.
 * @param what the expected JSON, for the error
 * @throws {HttpError} 400, 413 or 415
 */
export async function jsonBody(request: Request, max_bytes: number, what: string): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new HttpError(415, 'content-type is not JSON: send `application/json`');
  const text = await boundedText(request, max_bytes);
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
  return ` at line ${first.line}, column ${first.column}`;
}

/** Stops at the bound, because a longer body would take the memory of this isolate. */
async function boundedText(request: Request, max_bytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > max_bytes) throw new HttpError(413, `The body is too long: send at most ${max_bytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
