import { describe, expect, it } from 'vitest';
import { pathText } from '../../../shared/authoring/problem.ts';
import { parseScenario } from '../../../tools/simulate/parse_scenario.ts';

const GOOD = {
  requests: 10,
  arrivals: { poisson_per_s: 5 },
  origins: [{ id: 'eu-1', service: { fixed_ms: 1 } }],
};

function said(data: object): string[] {
  return parseScenario({ ...GOOD, ...data }).problems.map(
    ({ path, message }) => `${pathText(path)}: ${message}`,
  );
}

describe('parseScenario', () => {
  it('fills in what a scenario leaves out', () => {
    expect(parseScenario(GOOD)).toEqual({
      problems: [],
      scenario: {
        ...GOOD,
        seed: 1,
        isolates: 1,
        events: [],
        warmup: 0,
        origins: [{ id: 'eu-1', weight: 1, network_ms: 0, reports_load: false, service: { fixed_ms: 1 } }],
      },
    });
  });

  it.each([
    [{ seed: -1 }, 'seed: got -1; allowed: a whole number from 0 to 9007199254740991'],
    [{ duration_s: 5 }, /^: got .*; allowed: an object with either requests or duration_s$/],
    [
      { arrivals: {} },
      'arrivals: got {}; allowed: an object with one of poisson_per_s, constant_per_s, closed',
    ],
    [
      { arrivals: { poisson_per_s: 1, closed: 2 } },
      /^arrivals: got .*; allowed: an object with one of poisson_per_s, constant_per_s, closed$/,
    ],
    [{ arrivals: { closed: 1.5 } }, 'arrivals.closed: got 1.5; allowed: a whole number from 1 to 1000000'],
    [{ origins: [] }, 'origins: got []; allowed: at least one origin'],
    [
      { origins: [{ id: 'eu-1', service: { exponential_ms: 0 } }] },
      'origins[0].service.exponential_ms: got 0; allowed: a number above 0',
    ],
    [
      { origins: [{ id: 'eu-1', service: { uniform_ms: [3, 1] } }] },
      'origins[0].service.uniform_ms: got [3,1]; allowed: [least, most], the least first',
    ],
    [
      { origins: [GOOD.origins[0], GOOD.origins[0]] },
      'origins[1].id: got "eu-1" twice; allowed: every origin has its own',
    ],
    [
      { origins: [{ ...GOOD.origins[0], weight: 0 }] },
      'origins: got weight 0 everywhere; allowed: at least one weight above 0',
    ],
    [
      { events: [{ at_s: 1, origin: 'eu1', down: true }] },
      'events[0].origin: got "eu1"; allowed: the id of an origin; did you mean "eu-1"?',
    ],
    [
      { events: [{ at_s: 1, origin: 'eu-1', down: true, up: true }] },
      /^events\[0\]: got .*; allowed: an object with one of service, down, up, weight$/,
    ],
    [{ isolate: 3 }, 'isolate: unknown field; did you mean `isolates`?'],
  ])('says field, value and what is allowed: %o', (wrong, expected) => {
    expect(said(wrong)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });
});
