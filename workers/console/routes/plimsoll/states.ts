import type * as v from 'valibot';
import type { OperatorChange, Way } from '../../../../shared/contracts/history.ts';
import { requireScope } from '../../access/allow.ts';
import { unwrap } from '../../refusal.ts';
import { FORCE } from '../force.ts';
import type { Route } from '../route.ts';
import { signedBy, whatOf } from '../signed.ts';
import { StatesBody, WrittenSchema } from './schemas.ts';

/** What operators switch, without touching the rest of the configuration. */
export const STATE_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/states',
    scope: 'operate',
    admin_for: 'a `policy`',
    tag: 'operation',
    summary:
      'Sets states, weights and `enabled` of pools, origins and load balancers, all or none. A `policy` needs the scope admin.',
    query: FORCE,
    body: StatesBody,
    result: WrittenSchema,
    async handle(call) {
      const { changes } = call.body as v.InferOutput<typeof StatesBody>;
      const wanted = changes as readonly OperatorChange[];
      // A strategy decides about every request of a pool, so it counts as configuration.
      if (wanted.some(({ policy }) => policy !== undefined)) requireScope(call.principal, 'admin');
      const signed = signedBy(call, wayOf(wanted));
      return {
        result: unwrap(await call.history.write({ do: 'operate', changes: wanted }, signed, whatOf(call))),
      };
    },
  },
];

/** The way that all changes have in common. Undefined: they have none. */
function wayOf(changes: readonly OperatorChange[]): Way | undefined {
  const ways = new Set(
    changes.map(({ state, weight, policy }): Way | undefined => {
      if (policy !== undefined) return 'strategy';
      return state ?? (weight === undefined ? undefined : 'weight');
    }),
  );
  return ways.size === 1 ? [...ways][0] : undefined;
}
