import * as v from 'valibot';
import { SCOPES, type WhoAmI } from '../../../../shared/contracts/access.ts';
import type { Principal } from '../../access/principal.ts';

/** {@link WhoAmI}. */
export const WhoAmISchema = v.object({
  author: v.string(),
  scope: v.picklist(SCOPES),
  by: v.picklist(['token', 'admin_token', 'session', 'access']),
  token_id: v.nullable(v.string()),
  subject: v.nullable(v.string()),
  expires_at: v.nullable(v.string()),
});

/** What the API tells somebody about themselves. */
export function whoAmI({ author, scope, by, token_id, subject, expires_at }: Principal): WhoAmI {
  if (by === 'nobody') throw new TypeError('nobody is not asked who they are');
  return {
    author,
    scope,
    by,
    token_id: token_id ?? null,
    subject: subject ?? null,
    expires_at: expires_at ?? null,
  };
}
