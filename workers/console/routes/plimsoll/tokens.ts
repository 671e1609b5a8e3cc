import * as v from 'valibot';
import { type CreatedToken, SCOPES, SECRET_BYTES, tokenOf } from '../../../../shared/contracts/access.ts';
import { whatOf } from '../../access/from.ts';
import { newId, type Random, randomBytes, sha256 } from '../../access/secrets.ts';
import { CODES, Refusal, unwrap } from '../../refusal.ts';
import type { Call, Reply, Route } from '../route.ts';

const NewTokenSchema = v.strictObject({
  /** Printed in the audit, so without control characters and characters that turn the direction of text. */
  name: v.pipe(
    v.string(),
    v.regex(
      /^[^\p{C}\s](?:[^\p{C}]{0,98}[^\p{C}\s])?$/u,
      '1 to 100 characters without a space at either end',
    ),
  ),
  scope: v.picklist(SCOPES),
  expires_at: v.optional(
    v.nullable(v.pipe(v.string(), v.isoTimestamp('a time like "2027-01-31T00:00:00Z"'))),
    null,
  ),
});

const TokenSchema = v.object({
  id: v.string(),
  name: v.string(),
  scope: v.picklist(SCOPES),
  status: v.picklist(['active', 'expired', 'revoked']),
  created_at: v.string(),
  created_by: v.string(),
  expires_at: v.nullable(v.string()),
  last_used_at: v.nullable(v.string()),
  revoked_at: v.nullable(v.string()),
});

/** Tokens: list, create, revoke. */
export function tokenRoutes(random: Random): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/tokens',
      scope: 'admin',
      summary: 'All tokens, without their secrets',
      tag: 'access',
      result: v.object({ tokens: v.array(TokenSchema) }),
      handle: async ({ history }) => ({ result: { tokens: await history.tokens() } }),
    },
    {
      method: 'POST',
      path: '/api/tokens',
      scope: 'admin',
      summary: 'Create a token. The answer shows its secret, once',
      tag: 'access',
      body: NewTokenSchema,
      result: v.object({ ...TokenSchema.entries, token: v.string() }),
      handle: (call) => create(call, random),
    },
    {
      method: 'DELETE',
      path: '/api/tokens/:token_id',
      scope: 'admin',
      summary: 'Revoke a token and end its sessions',
      tag: 'access',
      result: TokenSchema,
      handle: revoke,
    },
  ];
}

export const routes = tokenRoutes(randomBytes);

async function create(
  { body, from, history, now, principal, request }: Call,
  random: Random,
): Promise<Reply> {
  const { name, scope, expires_at } = v.parse(NewTokenSchema, body);
  const token = tokenOf(random(SECRET_BYTES));
  const stored = {
    id: newId(random),
    sha256: await sha256(token),
    name,
    scope,
    expires_at_ms: futureOf(expires_at, now),
  };
  const info = unwrap(await history.createToken(stored, { principal, from, what: whatOf(request) }));
  const result: CreatedToken = { ...info, token };
  return { result };
}

async function revoke({ from, history, params, principal, request }: Call): Promise<Reply> {
  const id = params['token_id'] ?? '';
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new Refusal(404, [
      {
        code: CODES.malformed_id,
        message:
          'token_id is not 32 hex digits: `lb token list` and GET /api/tokens list the ids. ADMIN_TOKEN cannot be revoked: ' +
          'set another secret with `npx wrangler secret put ADMIN_TOKEN -c wrangler.console.toml`',
      },
    ]);
  return { result: unwrap(await history.revokeToken(id, { principal, from, what: whatOf(request) })) };
}

/** @throws {Refusal} 400 for a time that is over */
function futureOf(time: string | null, now: number): number | null {
  if (time === null) return null;
  const at = Date.parse(time);
  if (at > now && isDay(time)) return at;
  const message = `expires_at ${at > now ? 'is a day that does not exist' : 'is not in the future'}; allowed: a later time, or null: validation failed`;
  throw new Refusal(400, [{ code: CODES.invalid, message, pointer: '/expires_at' }]);
}

/** JavaScript takes 30 February for 2 March, and a token would live longer than its creator meant. */
function isDay(time: string): boolean {
  const [year = 0, month = 0, day = 0] = time.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
