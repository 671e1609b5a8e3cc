import { describe, expect, it } from 'vitest';
import { checkScript } from '../../../../tools/cli/strategy/check_script.ts';
import type { LawResult } from '../../../../tools/cli/strategy/laws.ts';
import { LAWS } from '../../../../tools/cli/strategy/laws.ts';

/** A bundle whose strategy ranks so. */
const ranking = (body: string, some = '') =>
  `export default { name: 'x', reads: [], use: 'once', weighted: false, ${some}
    rank(targets, facts, draw, options) { ${body} } };`;
const ORDER = 'const order = targets.map(({ id }) => id);';

/** The laws that were broken, by what was said. */
async function broken(source: string, law_ms = 60_000): Promise<string[]> {
  const wrong = ({ wrong: said }: LawResult) => said ?? [];
  return (await checkScript(source, law_ms)).flatMap(wrong);
}

describe('checkScript', () => {
  it('finds nothing wrong with a good script, and says so of every law', async () => {
    const results = await checkScript(ranking(`${ORDER} return { order };`));
    expect(results.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    for (const { says } of LAWS) expect(results.map(({ law }) => law)).toContain(says);
  });

  it('accepts `export const strategy` too', async () => {
    const script = ranking(`${ORDER} return { order };`).replace('export default', 'export const strategy =');
    expect(await broken(script)).toEqual([]);
  });

  it.each([
    ['throws on an empty list', ranking('return { order: [targets[0].id] };'), /^it threw TypeError/],
    ['names somebody else', ranking(`return { order: ['me'] };`), /it named "me"/],
    ['names one twice', ranking(`${ORDER} return { order: [...order, ...order] };`), /a target twice/],
    ['ranks nothing', ranking('return { order: [] };'), /it ranked nothing/],
    ['answers nonsense', ranking(`return 'a';`), /^it threw TypeError/],
    ['changes its targets', ranking(`targets.reverse(); ${ORDER} return { order };`), /^it threw TypeError/],
    [
      'draws by itself',
      ranking(`${ORDER} return { order: order.sort(() => Math.random() - 0.5) };`),
      /draws from/,
    ],
    [
      'draws and says that it repeats',
      ranking(
        `${ORDER} const at = draw.next() % (order.length || 1); return { order: [...order.slice(at), ...order.slice(0, at)] };`,
      ).replace("'once'", "'repeat'"),
      /`use` has to be "once"/,
    ],
    [
      'is late',
      ranking(
        `let n = 0; for (let i = 0; i < 5e5; i++) n = Math.imul(n ^ i, 31);
         ${ORDER} return { order: n === 7 ? [] : order };`,
      ),
      /256 of 30 took/,
    ],
    [
      'asks for the network',
      ranking(`try { fetch('x'); } catch {} ${ORDER} return { order };`),
      /called fetch/,
    ],
    [
      'reads something other than facts',
      ranking(ORDER, `reads: ['body'],`),
      /`reads` must be a list of facts/,
    ],
    ['is no strategy', 'export default 7;', /it exports no strategy/],
    ['does not load', 'export default', /SyntaxError/],
    ['takes all memory', ranking('const all = []; for (;;) all.push(new Array(1e5).fill(1));'), /memory/],
  ])('refuses one that %s', async (_, script, said) => {
    const wrong = await broken(script);
    expect(wrong).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
  });

  it.each([
    ['never ends', ranking('for (;;);')],
    ['never loads', 'for (;;);'],
  ])('ends one that %s, and refuses it', async (_, script) => {
    expect(await broken(script, 1_500)).toEqual(
      expect.arrayContaining([expect.stringMatching(/did not come to an end within 1.5 s/)]),
    );
  });
});
