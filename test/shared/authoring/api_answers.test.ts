import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';

const LOAD_BALANCER = { id: 'b', name: 'a.example.com', default_pools: ['p'], fallback_pool: 'p' };
const POOL = { id: 'p', name: 'pool', monitor: 'm', origins: [{ name: 'o', address: 'o.example.com' }] };
const MONITOR = { id: 'm', type: 'https', interval: 60, expected_codes: '200' };
const GROUP = { id: 'g', description: 'Group', members: [{ monitor_id: 'm' }] };

const answer = (result: unknown) => ({ result, success: true, errors: [], messages: [] });

function said(data: unknown): string[] {
  return parseConfig(data, 'production')
    .problems.filter(({ severity }) => severity !== 'info')
    .map(({ severity, path, message }) => `${severity} ${pathText(path)}: ${message}`);
}

const WHOLE = parseConfig(
  { load_balancers: [LOAD_BALANCER], pools: [POOL], monitors: [MONITOR], monitor_groups: [GROUP] },
  'production',
).config;

describe("answers of Cloudflare's API", () => {
  it.each<[string, unknown]>([
    ['as a list', [answer([LOAD_BALANCER]), answer([POOL]), answer([MONITOR]), answer([GROUP])]],
    ['with single objects', [answer(LOAD_BALANCER), answer(POOL), answer(MONITOR), answer(GROUP)]],
    ['without their envelope', [LOAD_BALANCER, POOL, MONITOR, GROUP]],
    ['all in one', answer([GROUP, MONITOR, POOL, LOAD_BALANCER])],
    [
      'in place of the lists of a file',
      {
        load_balancers: answer([LOAD_BALANCER]),
        pools: answer(POOL),
        monitors: [MONITOR],
        monitor_groups: answer([GROUP]),
      },
    ],
  ])('are a configuration: %s', (_, data) => {
    expect(WHOLE).toBeDefined();
    expect(parseConfig(data, 'production').config).toEqual(WHOLE);
  });

  it('can be a single answer, such as that of an empty account', () => {
    expect(parseConfig(answer([]), 'production').config).toEqual({ balancers: [], pools: {}, monitors: {} });
    expect(parseConfig(answer(POOL), 'production').problems.map(({ message }) => message)).toContain(
      'got "m", but there is no monitor with that name; there is no monitor',
    );
  });

  it('have problems at their place in the file', () => {
    expect(said([answer([{ ...LOAD_BALANCER, fallback_pool: 'x' }]), answer(POOL), answer(MONITOR)])).toEqual(
      [expect.stringMatching(/^error \[0\]\.result\[0\]\.fallback_pool: got "x"/)],
    );
    expect(
      said({ load_balancers: [LOAD_BALANCER], pools: answer({ ...POOL, monitor: null, colour: 1 }) }),
    ).toEqual([expect.stringMatching(/^error pools\.result\.colour: unknown field/)]);
  });

  it("are refused if they are errors, with the API's message", () => {
    const failed = {
      success: false,
      errors: [{ code: 10_000, message: 'Authentication error' }],
      result: null,
    };
    expect(said([failed])).toContain(
      "error [0]: this answer of Cloudflare's API is an error: 10000 Authentication error; fetch it again",
    );
  });

  it('are refused if they are errors without words', () => {
    const failed = { success: false, errors: [{ code: { toString: 1 }, message: null }], result: null };
    expect(said([failed])).toContain(
      "error [0]: this answer of Cloudflare's API is an error; fetch it again",
    );
  });

  it('are refused if they are one page of several', () => {
    const page = { ...answer([POOL]), result_info: { page: 1, count: 1, total_count: 3 } };
    expect(said([answer([LOAD_BALANCER]), page, answer([MONITOR])])).toContain(
      'error [1]: this answer has 1 of 3 objects; fetch the other pages and put all answers into a list',
    );
  });

  it('are refused with an object of another kind', () => {
    expect(said(answer([{ colour: 'red' }]))).toContain(
      'error result[0]: got {"colour":"red"}; allowed: a load balancer, pool, monitor or monitor group of ' +
        "Cloudflare's API",
    );
  });
});
