import { randomBytes } from 'node:crypto';
import { DEFAULT_LOCAL_FACTS } from '../project/environment.ts';
import { newToken } from '../project/new_token.ts';
import { keptSecret } from './kept_secret.ts';

/** Length that HMAC-SHA256 needs for its full strength (RFC 2104, section 3). */
const KEY_BYTES = 32;

/** The secret that signs session cookies locally. */
export function localAffinityKey(file: string): string {
  return keptSecret(file, () => randomBytes(KEY_BYTES).toString('base64url'));
}

/** The file of the local console's admin token. */
export const TOKEN_FILE = DEFAULT_LOCAL_FACTS.token_file;

/** The admin token of the local console. */
export function localAdminToken(file = TOKEN_FILE): string {
  return keptSecret(file, newToken);
}
