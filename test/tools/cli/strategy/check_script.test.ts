import { describe, expect, it } from 'vitest';
import { checkScript } from '../../../../tools/cli/strategy/check_script.ts';
import type { LawResult } from '../../../../tools/cli/strategy/laws.ts';
import { LAWS } from '../../../../tools/cli/strategy/laws.ts';

/** A bundle with a strategy that has this body. */
const ranking = (body: string, some = '') =>
  `export default { name: 'x', reads: [], use: 'once', weighted: false, ${some}
    rank(targets, facts, draw, options) { ${body} } };`;
const ORDER = 'const order = targets.map(({ id }) => id);';

/** How a script breaks laws. */
async function broken(source: string, law_ms = 60_000): Promise<string[]> {
  const wrong = ({ wrong: said }: LawResult) => said ?? [];
  return (await checkScript(source, law_ms)).flatMap(wrong);
}

describe('checkScript', () => {
  it('finds no fault in a good script, and has a result for every law', async () => {
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
    ['names a target that does not exist', ranking(`return { order: ['me'] };`), /it named "me"/],
    ['names a target twice', ranking(`${ORDER} return { order: [...order, ...order] };`), /a target twice/],
    ['ranks nothing', ranking('return { order: [] };'), /it ranked nothing/],
    ['returns no ranking', ranking(`return 'a';`), /^it threw TypeError/],
    ['changes its targets', ranking(`targets.reverse(); ${ORDER} return { order };`), /^it threw TypeError/],
    [
      'draws from Math.random',
      ranking(`${ORDER} return { order: order.sort(() => Math.random() - 0.5) };`),
      /draw only from `draw`/,
    ],
    [
      'draws, although its rankings repeat',
      ranking(
        `${ORDER} const at = draw.next() % (order.length || 1); return { order: [...order.slice(at), ...order.slice(0, at)] };`,
      ).replace("'once'", "'repeat'"),
      /`use` has to be "once"/,
    ],
    [
      'is too slow',
      ranking(
        `let n = 0; for (let i = 0; i < 5e5; i++) n = Math.imul(n ^ i, 31);
         ${ORDER} return { order: n === 7 ? [] : order };`,
      ),
      /256 of 30 took/,
    ],
    ['calls fetch', ranking(`try { fetch('x'); } catch {} ${ORDER} return { order };`), /called fetch/],
    [
      'reads something that is not a fact',
      ranking(ORDER, `reads: ['body'],`),
      /`reads` must be a list of facts/,
    ],
    ['is not a strategy', 'export default 7;', /it exports no strategy/],
    ['does not load', 'export default', /SyntaxError/],
    ['uses all memory', ranking('const all = []; for (;;) all.push(new Array(1e5).fill(1));'), /memory/],
  ])('refuses a script that %s', async (_, script, said) => {
    const wrong = await broken(script);
    expect(wrong).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
  });

  it.each([
    ['never ends', ranking('for (;;);')],
    ['never loads', 'for (;;);'],
  ])('stops a script that %s, and refuses it', async (_, script) => {
    expect(await broken(script, 1_500)).toEqual(
      expect.arrayContaining([expect.stringMatching(/did not come to an end within 1.5 s/)]),
    );
  });
});
