import { describe, expect, it, vi } from 'vitest';
import type { Balancer, Rule } from '../../../../shared/model/config.ts';
import { parseCondition } from '../../../../shared/rules/condition.ts';
import type { Expression } from '../../../../shared/rules/expression.ts';
import { balancer, last, pool, rotating, setUp } from '../support.ts';

/** A rule with its condition as text. */
function rule(name: string, condition: string, rest: Partial<Rule> = {}): Rule {
  const { expression, errors } = parseCondition(condition);
  if (errors.length > 0) throw new Error(errors[0]?.message);
  return { name, ...(expression === undefined ? {} : { condition: expression }), ...rest };
}

/** A gateway with the pools `p` and `canary`. Its selector names `canary` if that rule applies. */
function gateway(rules: Rule[], some: Partial<Balancer> = {}) {
  return setUp({
    balancer: balancer({ rules, ...some }),
    pools: [pool('p', ['a']), pool('canary', ['c'])],
    select: (question) => rotating([question.rules?.includes('canary') ? 'canary/c' : 'p/a'])(question),
  });
}

const CANARY = { overrides: { default_pools: ['canary'] } };
const PAGE = { status_code: 503, content_type: 'text/html', message_body: '<h1>back soon</h1>' };
const bodyOf = async (answer: Promise<Response>) => (await (await answer).text()).trim();

describe('rules of a balancer', () => {
  it('go to the selector as the names of those that apply, and separate its answers', async () => {
    const { request, questions } = gateway([
      rule('canary', 'any(http.request.headers["x-tester"][*] == "1")', CANARY),
    ]);
    const tester = { headers: { 'x-tester': '1' } };
    expect(await bodyOf(request('http://h/'))).toBe('p/a');
    expect(await bodyOf(request('http://h/', tester))).toBe('canary/c');
    expect(await bodyOf(request('http://h/'))).toBe('p/a');
    expect(await bodyOf(request('http://h/', tester))).toBe('canary/c');
    expect(questions.map(({ rules }) => rules)).toEqual([undefined, ['canary']]);
  });

  it('apply in order until one terminates, and are recorded', async () => {
    const { request, points, questions, settled } = gateway([
      rule('first', 'http.host == "h"', { overrides: { fallback_pool: 'canary' } }),
      rule('no, not me', 'http.host == "other"', CANARY),
      rule('stop, here', '', { terminates: true, overrides: { failover_across_pools: true } }),
      rule('canary', '', CANARY),
    ]);
    await bodyOf(request('http://h/'));
    await settled();
    expect(questions[0]?.rules).toEqual(['first', 'stop, here']);
    expect(last(points, 'events')).toBe('rule:first,rule:stop  here');
  });

  it('answer a request without asking an origin or the selector', async () => {
    const { request, points, questions, tickets } = gateway([
      rule('maintenance', 'starts_with(http.request.uri.path, "/shop")', {
        terminates: true,
        fixed_response: PAGE,
      }),
    ]);
    const answer = await request('http://h/shop/cart');
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      503,
      'text/html',
      'no-store',
    ]);
    expect(await answer.text()).toBe('<h1>back soon</h1>');
    expect([questions.length, tickets.length]).toEqual([0, 0]);
    const columns = ['outcome', 'events', 'status', 'attempts'] as const;
    expect(columns.map((name) => last(points, name))).toEqual(['fixed_response', 'rule:maintenance', 503, 0]);
    expect(await bodyOf(request('http://h/blog'))).toBe('p/a');
  });

  it('answer HEAD, redirects and statuses without a body as HTTP requires', async () => {
    const of = (path: string, fixed: Partial<Rule['fixed_response']>) =>
      rule(path, `http.request.uri.path == "${path}"`, {
        terminates: true,
        fixed_response: { ...PAGE, ...fixed },
      });
    const { request } = gateway([
      of('/page', {}),
      of('/gone', { status_code: 204, message_body: '' }),
      of('/old', { status_code: 302, message_body: '', location: 'https://example.com/new' }),
    ]);
    const head = await request('http://h/page', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([503, '']);
    const gone = await request('http://h/gone');
    expect([gone.status, gone.body]).toEqual([204, null]);
    const old = await request('http://h/old');
    expect([old.status, old.headers.get('location')]).toEqual([302, 'https://example.com/new']);
  });

  it('apply even if the selector fails: the failover order is that of the overridden balancer', async () => {
    const { request } = setUp({
      balancer: balancer({ rules: [rule('canary', '', CANARY)] }),
      pools: [pool('p', ['a']), pool('canary', ['c'])],
      select: () => {
        throw new Error('gone');
      },
    });
    expect(await bodyOf(request('http://h/'))).toBe('canary/c');
  });

  it('keep their fixed responses with a selector that does not know them, which ranks the pools of the balancer', async () => {
    const { request, points } = setUp({
      balancer: balancer({
        rules: [
          rule('page', 'http.request.uri.path == "/page"', { terminates: true, fixed_response: PAGE }),
          rule('canary', '', CANARY),
        ],
      }),
      pools: [pool('p', ['a']), pool('canary', ['c'])],
      select: rotating(['p/a']),
    });
    expect((await request('http://h/page')).status).toBe(503);
    expect(await bodyOf(request('http://h/'))).toBe('p/a');
    expect(last(points, 'decision')).toBe('asked');
  });

  it('let requests pass if a condition belongs to a later version', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const later = { op: 'near', left: { field: 'http.host' }, right: 'x' } as unknown as Expression;
    const { request } = gateway([{ name: 'later', condition: later, terminates: true, ...CANARY }]);
    expect(await bodyOf(request('http://h/'))).toBe('p/a');
    expect(error).toHaveBeenCalled();
    error.mockRestore();
  });

  it('lead to a bounded number of kept answers, however many combinations a client makes', async () => {
    const rules = Array.from({ length: 10 }, (_, i) =>
      rule(`r${i}`, `any(http.request.headers["x"][*] contains "${i}")`, CANARY),
    );
    const { request, isolate } = gateway(rules);
    for (let i = 0; i < 2 ** 10; i++) {
      const x = rules.map((_, bit) => ((i >> bit) & 1 ? bit : '')).join('');
      await request('http://h/', { headers: { x } });
    }
    expect(isolate.answers.size).toBeLessThanOrEqual(512);
  });
});
