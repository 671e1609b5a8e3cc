import * as v from 'valibot';
import type { Principal } from '../../access/principal.ts';
import type { Reply, Route } from '../route.ts';
import { accountOf, requireOwn } from './own_ids.ts';
import { pageFields, pageOf } from './pages.ts';

/** Cloudflare's. */
const PER_PAGE = 20;
const MAX_PER_PAGE = 50;

const AccountSchema = v.object({ id: v.string(), name: v.string(), type: v.literal('standard') });
const VerifiedSchema = v.object({
  id: v.string(),
  status: v.literal('active'),
  expires_on: v.optional(v.string()),
});

/** Whoever comes this far was let in, so the token is active. */
function verified({ token_id, by, expires_at }: Principal): Reply {
  return {
    result: {
      ...{ id: token_id ?? by, status: 'active' },
      ...(expires_at === undefined ? {} : { expires_on: expires_at }),
    },
    messages: [{ code: 10_000, message: 'This API Token is valid and active', type: null }],
  };
}

export const ACCOUNT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/client/v4/accounts',
    scope: 'read',
    summary: 'Lists the one account.',
    tag: 'accounts',
    query: {
      name: { schema: v.optional(v.string()), summary: 'Only the account with this name.' },
      ...pageFields(MAX_PER_PAGE, PER_PAGE),
    },
    result: v.array(AccountSchema),
    async handle({ env, query }) {
      const all = [accountOf(env)].filter(({ name }) => name === (query['name'] ?? name));
      const { items, result_info } = pageOf(all, query, PER_PAGE);
      return { result: items, result_info };
    },
  },
  {
    method: 'GET',
    path: '/client/v4/accounts/:account_id',
    scope: 'read',
    summary: 'Shows the account.',
    tag: 'accounts',
    result: AccountSchema,
    async handle({ env, params, request }) {
      requireOwn(env, params, request);
      return { result: accountOf(env) };
    },
  },
  {
    method: 'GET',
    path: '/client/v4/user/tokens/verify',
    scope: 'read',
    summary: 'Tells whether the token is valid.',
    tag: 'accounts',
    result: VerifiedSchema,
    handle: async ({ principal }) => verified(principal),
  },
  {
    method: 'GET',
    path: '/client/v4/accounts/:account_id/tokens/verify',
    scope: 'read',
    summary: 'Tells whether the token is valid.',
    tag: 'accounts',
    result: VerifiedSchema,
    async handle({ env, params, principal, request }) {
      requireOwn(env, params, request);
      return verified(principal);
    },
  },
];
