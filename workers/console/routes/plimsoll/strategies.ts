import * as v from 'valibot';
import { SCRIPT_NAME } from '../../../../shared/contracts/scripts.ts';
import { CODES, Refusal, unwrap } from '../../refusal.ts';
import type { Route } from '../route.ts';
import { signedBy, whatOf } from '../signed.ts';
import { StrategyBody } from './schemas.ts';

/** Strategy scripts, which the selector loads in a sandbox. */
export const STRATEGY_ROUTES: readonly Route[] = [
  {
    method: 'PUT',
    path: '/api/strategies/:name',
    scope: 'admin',
    tag: 'strategies',
    summary: 'Publishes a strategy script: one ES module, as `lb strategy publish` bundles it.',
    body: StrategyBody,
    body_size: 'large',
    result: v.object({ name: v.string(), hash: v.string(), published_at: v.string(), changed: v.boolean() }),
    async handle(call) {
      const name = call.params['name'] ?? '';
      if (!SCRIPT_NAME.test(name))
        throw new Refusal(400, [
          {
            code: CODES.invalid,
            message:
              'the name of a script has 1 to 32 small letters, digits, "-" or "_", and begins with a letter or digit',
          },
        ]);
      const { source } = call.body as v.InferOutput<typeof StrategyBody>;
      return {
        result: unwrap(
          await call.history.publishScript(name, source, signedBy(call, 'strategy'), whatOf(call)),
        ),
      };
    },
  },
];
