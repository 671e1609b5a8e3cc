import { randomBytes } from 'node:crypto';
import { SECRET_BYTES, tokenOf } from '../../shared/contracts/access.ts';

/** A new token of the console. */
export function newToken(): string {
  return tokenOf(randomBytes(SECRET_BYTES));
}
