import { expect, it } from 'vitest';
import { explainFound } from './ledger/explain.ts';
import { judge } from './ledger/judge.ts';
import { runChaos } from './run_chaos.ts';

// One minute of what `npm run chaos` does for as long as you like; few requests, for it shares its machine.

it('loses, doubles and mixes up nothing while origins and Workers break for a minute', async () => {
  const ledger = await runChaos({ minutes: 1, seed: 1, rate: 20 });
  const { conditions, classes } = judge(ledger);
  const found = conditions.filter((each) => each.found > 0);
  expect(found, explainFound(found, ledger)).toEqual([]);
  expect(classes.served).toBeGreaterThan(0.8 * ledger.sent.length);
}, 180_000);
