import * as v from 'valibot';
import type { Env } from '../../env.ts';
import type { Route } from '../route.ts';
import { accountOf, requireOwn, type Zone, zonesOf } from './own_ids.ts';
import { pageFields, pageOf } from './pages.ts';

/** Cloudflare's. */
const PER_PAGE = 20;
const MAX_PER_PAGE = 50;

const ZoneSchema = v.object({
  id: v.string(),
  name: v.string(),
  status: v.literal('active'),
  type: v.literal('full'),
  paused: v.boolean(),
  account: v.object({ id: v.string(), name: v.string() }),
});

/** A zone with the fields of Cloudflare's API that are known here. */
function shown({ id, name }: Zone, env: Env) {
  const account = accountOf(env);
  return {
    id,
    name,
    status: 'active',
    type: 'full',
    paused: false,
    account: { id: account.id, name: account.name },
  };
}

export const ZONE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/client/v4/zones',
    scope: 'read',
    summary: 'Lists the zones.',
    tag: 'zones',
    query: {
      name: { schema: v.optional(v.string()), summary: 'Only the zone with this name.' },
      'account.id': { schema: v.optional(v.string()), summary: 'Only zones of this account.' },
      ...pageFields(MAX_PER_PAGE, PER_PAGE),
    },
    result: v.array(ZoneSchema),
    async handle({ env, query }) {
      const { name, 'account.id': account_id } = query;
      const all = zonesOf(env)
        .map((zone) => shown(zone, env))
        .filter((zone) => zone.name === (name?.toLowerCase() ?? zone.name))
        .filter(({ account }) => account.id === (account_id ?? account.id));
      const { items, result_info } = pageOf(all, query, PER_PAGE);
      return { result: items, result_info };
    },
  },
  {
    method: 'GET',
    path: '/client/v4/zones/:zone_id',
    scope: 'read',
    summary: 'Shows a zone.',
    tag: 'zones',
    result: ZoneSchema,
    async handle({ env, params, request }) {
      requireOwn(env, params, request);
      return {
        result: zonesOf(env)
          .filter(({ id }) => id === params['zone_id'])
          .map((zone) => shown(zone, env))[0],
      };
    },
  },
];
