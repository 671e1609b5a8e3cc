import { malformedAuthorization } from './refusals.ts';

/**
 * Reads the token of an Authorization header. The scheme may have any case (RFC 9110 section 11.1). Several headers arrive as one
 * with commas, and they are refused: an intermediary could have added one.
 * @param authorization null: there is no such header
 * @returns undefined: there is no such header
 * @throws {Refusal} 400
 */
export function bearerToken(authorization: string | null): string | undefined {
  if (authorization === null) return undefined;
  const token = /^bearer +([^\s,]+)$/i.exec(authorization.trim())?.[1];
  if (token === undefined) throw malformedAuthorization();
  return token;
}
