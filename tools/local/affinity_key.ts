import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Length that HMAC-SHA256 needs for its full strength (RFC 2104, section 3). */
const KEY_BYTES = 32;

/**
 * The secret that signs session cookies locally. The first start creates it in a file, so that sessions survive a restart.
 */
export function localAffinityKey(file: string): string {
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept !== '') return kept;
  } catch {
    // There is no file yet.
  }
  const key = randomBytes(KEY_BYTES).toString('base64url');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}
