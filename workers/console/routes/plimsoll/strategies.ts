import * as v from 'valibot';
import { SCRIPT_NAME, type StrategyList } from '../../../../shared/contracts/scripts.ts';
import { policiesAt } from '../../../../shared/strategies/strategies.ts';
import { publishedScripts } from '../../published_scripts.ts';
import { CODES, Refusal, unwrap } from '../../refusal.ts';
import type { Route } from '../route.ts';
import { signedBy, whatOf } from '../signed.ts';
import { StrategyBody } from './schemas.ts';

/** Each costs a read of KV, and a Worker may do 1,000 operations a request. */
const MAX_SCRIPTS = 200;

/** Strategy scripts, which the selector loads in a sandbox. */
export const STRATEGY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/strategies',
    scope: 'read',
    tag: 'strategies',
    summary: `Lists what a load balancer and a pool can use: the built-in policies, and the scripts that are published, at most ${MAX_SCRIPTS}.`,
    result: v.object({
      balancer_policies: v.array(v.string()),
      pool_policies: v.array(v.string()),
      scripts: v.array(v.object({ name: v.string(), hash: v.string(), published_at: v.string() })),
    }),
    handle: async ({ env }) => ({
      result: {
        balancer_policies: policiesAt('pools'),
        pool_policies: policiesAt('origins'),
        scripts: await publishedScripts(env.KV, MAX_SCRIPTS),
      } satisfies StrategyList,
    }),
  },
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
