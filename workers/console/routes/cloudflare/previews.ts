import * as v from 'valibot';
import { referrersOf } from '../../../../shared/authoring/references/graph.ts';
import type { ApiObject } from '../../../../shared/contracts/history.ts';
import type { PreviewResult } from '../../../../shared/contracts/preview.ts';
import type { Config } from '../../../../shared/model/config.ts';
import { previewOrigin } from '../../probe.ts';
import { profileOf } from '../../profile.ts';
import { CODES, Refusal } from '../../refusal.ts';
import type { Call, Reply, Route } from '../route.ts';
import { OriginHealthSchema } from './health.ts';
import { objectWith, requireId, requireOwn } from './own_ids.ts';
import { type OriginResult, originsOf } from './pool_origins.ts';
import { asSaved, withMonitor } from './preview_config.ts';
import { CHANGES } from './schemas.ts';

const PREFIX = '/client/v4/accounts/:account_id/load_balancers';

/** Each origin is a request to the health Worker, and one request may make 1000. */
const MAX_ORIGINS = 200;
/** Probes at once. A slow origin holds up few others. */
const AT_ONCE = 10;

const started = v.object({ preview_id: v.string(), pools: v.record(v.string(), v.string()) });

/** The result of a preview: by the pool's id. */
type Preview = Record<string, { healthy: boolean; origins: Record<string, OriginResult>[] }>;

/** Probes pools now and keeps the results. Their order is kept. */
async function probe(call: Call, pools: readonly ApiObject[], config: Config): Promise<Reply> {
  const { env, history, now } = call;
  const orders = pools.flatMap((pool) => originsOf(pool).map((origin) => ({ pool, origin })));
  if (orders.length > MAX_ORIGINS) {
    const message = `a preview probes at most ${MAX_ORIGINS} origins, and this one would probe ${orders.length}; preview its pools one by one`;
    throw new Refusal(400, [{ code: CODES.invalid, message }]);
  }
  const results = await inTurn(orders, AT_ONCE, async ({ origin }) =>
    resultOf(await previewOrigin(env.HEALTH, { origin: origin.id, config })),
  );
  const seen = orders.map((order, index) => ({ ...order, result: results[index] ?? resultOf([]) }));
  const preview: Preview = Object.fromEntries(
    pools.map((pool) => {
      const own = seen.filter((each) => each.pool === pool);
      const healthy = own.filter(({ origin, result }) => origin.counts && result.healthy).length;
      const { minimum_origins } = pool.value;
      return [
        pool.id,
        {
          healthy: healthy >= Math.max(typeof minimum_origins === 'number' ? minimum_origins : 1, 1),
          origins: own.map(({ origin, result }) => ({ [origin.address]: result })),
        },
      ];
    }),
  );
  const preview_id = crypto.randomUUID().replaceAll('-', '');
  await history.keepPreview(preview_id, JSON.stringify(preview), now);
  const names = pools.map(({ id, key, value }) => [id, String(value['name'] ?? key)] as const);
  return { result: { preview_id, pools: Object.fromEntries(names) } };
}

/** The results of all monitors of one origin as one: the first that is no success, else the first. */
function resultOf(results: readonly PreviewResult[]): OriginResult {
  const result = results.find(({ outcome }) => outcome !== 'success') ?? results[0];
  if (result === undefined) return { healthy: true, failure_reason: 'No monitor', response_code: 0 };
  const { outcome, reason, detail, status, rtt_ms } = result;
  return {
    healthy: outcome === 'success',
    failure_reason: outcome === 'success' ? 'No failures' : (reason ?? detail ?? 'other'),
    rtt: `${rtt_ms}ms`,
    response_code: status,
  };
}

/** Does something with every item, with `at_once` of them at a time. Results are in the order of the items. */
async function inTurn<T, R>(
  items: readonly T[],
  at_once: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: at_once }, worker));
  return results;
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return { ...body };
  throw new Refusal(400, [
    { code: CODES.invalid, message: 'the body must be an object with fields of a monitor', pointer: '' },
  ]);
}

const common = {
  method: 'POST',
  scope: 'operate',
  checked_by: 'handler',
  body: CHANGES.monitors,
  result: started,
} as const;

export const PREVIEW_ROUTES: readonly Route[] = [
  {
    ...common,
    path: `${PREFIX}/pools/:pool_id/preview`,
    summary:
      "Probes the origins of a pool now, without consequences. The body changes fields of the pool's monitor.",
    tag: 'pools',
    async handle(call) {
      const { body, env, history, params, request } = call;
      requireOwn(env, params, request);
      const everything = await history.everything();
      const pool = objectWith(everything.pools, params['pool_id'], request);
      const fields = fieldsOf(body);
      const profile = profileOf(env);
      const saved = everything.monitors.find(({ key }) => key === pool.value['monitor']);
      const as_saved = Object.keys(fields).length === 0;
      const config = as_saved
        ? asSaved(everything, pool, profile)
        : withMonitor([pool], saved, fields, profile);
      return probe(call, [pool], config);
    },
  },
  {
    ...common,
    path: `${PREFIX}/monitors/:monitor_id/preview`,
    summary:
      'Probes the origins of all pools of a monitor now, without consequences. The body changes fields of the monitor.',
    tag: 'monitors',
    async handle(call) {
      const { body, env, history, params, request } = call;
      requireOwn(env, params, request);
      const everything = await history.everything();
      const monitor = objectWith(everything.monitors, params['monitor_id'], request);
      const direct = referrersOf(everything, 'monitors', monitor);
      const groups = direct.flatMap((each) => (each.list === 'monitor_groups' ? [each.object] : []));
      const all = [direct, ...groups.map((group) => referrersOf(everything, 'monitor_groups', group))].flat();
      const pools = new Set(all.flatMap((each) => (each.list === 'pools' ? [each.object] : [])));
      const profile = profileOf(env);
      return probe(call, [...pools], withMonitor([...pools], monitor, fieldsOf(body), profile));
    },
  },
  {
    method: 'GET',
    path: `${PREFIX}/preview/:preview_id`,
    scope: 'read',
    summary: 'Shows the results of a preview, for an hour.',
    tag: 'previews',
    result: v.record(v.string(), v.object({ healthy: v.boolean(), origins: v.array(OriginHealthSchema) })),
    async handle({ env, history, now, params, request }) {
      requireOwn(env, params, request);
      const id = params['preview_id'] ?? '';
      requireId(id, request);
      const json = await history.preview(id, now);
      if (json === undefined)
        throw new Refusal(404, [
          { code: CODES.not_found, message: 'there is no such preview; results are kept for an hour' },
        ]);
      return { result: JSON.parse(json) };
    },
  },
];
