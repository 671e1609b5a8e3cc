import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../../shared/model/config.ts';
import { effectiveBalancer } from '../../../../shared/model/effective.ts';
import { balancer, last, pool, rotating, setUp } from '../support.ts';

function within(field: string, ...codes: string[]): Pick<Rule, 'condition'> {
  return { condition: { op: 'in', left: { field }, right: codes } };
}

const to = (id: string): Pick<Rule, 'overrides'> => ({ overrides: { default_pools: [id] } });
const PAGE = { status_code: 451, content_type: 'text/plain', message_body: 'not here' };

const SETS: Rule[] = [
  { name: 'frankfurt', ...within('place.pop', 'FRA'), ...to('fra') },
  { name: 'germany', ...within('place.country', 'DE'), ...to('de') },
  { name: 'embargo', ...within('cf.load_balancer.region', 'OC'), fixed_response: PAGE },
];

/** A gateway whose selector names the first pool of the overridden balancer. */
function gateway(rules: Rule[] = []) {
  const app = balancer({ pool_sets: SETS, rules });
  return setUp({
    balancer: app,
    pools: ['p', 'fra', 'de', 'canary'].map((id) => pool(id, ['o'])),
    select: (question) => {
      const [id = 'p'] = effectiveBalancer(app, question.rules ?? []).default_pools;
      return rotating([`${id}/o`])(question);
    },
  });
}

const from = (colo: string, country: string) => ({ cf: { colo, country } as IncomingRequestCfProperties });
const bodyOf = async (answer: Promise<Response>) => (await (await answer).text()).trim();

describe('pool sets', () => {
  it('serve a request from the first set that matches its place, and from no other', async () => {
    const { request, points, questions } = gateway();
    expect(await bodyOf(request('http://h/', from('FRA', 'DE')))).toBe('fra/o');
    expect(last(points, 'events')).toBe('pool_set:frankfurt');
    expect(await bodyOf(request('http://h/', from('AMS', 'DE')))).toBe('de/o');
    expect(questions.map(({ rules }) => rules)).toEqual([['frankfurt'], ['germany']]);
  });

  it('leave the balancer unchanged for requests that match none or whose place is unknown', async () => {
    const { request, points } = gateway();
    expect(await bodyOf(request('http://h/', from('CDG', 'FR')))).toBe('p/o');
    expect(await bodyOf(request('http://h/'))).toBe('p/o');
    expect(last(points, 'events')).toBe('');
  });

  it('apply before the rules, which can override them', async () => {
    const { request, points } = gateway([{ name: 'canary', terminates: true, ...to('canary') }]);
    expect(await bodyOf(request('http://h/', from('FRA', 'DE')))).toBe('canary/o');
    expect(last(points, 'events')).toBe('pool_set:frankfurt,rule:canary');
  });

  it('end a request with a fixed response, without evaluating any rule', async () => {
    const { request, points, questions } = gateway([{ name: 'canary', ...to('canary') }]);
    const answer = await request('http://h/', from('SYD', 'AU'));
    expect([answer.status, await answer.text()]).toEqual([451, 'not here']);
    expect(last(points, 'events')).toBe('pool_set:embargo');
    expect(questions).toEqual([]);
  });
});
