import { figuresOf } from '../../../tools/simulate/figures.ts';
import { parseScenario } from '../../../tools/simulate/parse_scenario.ts';
import { simulate } from '../../../tools/simulate/run.ts';
import type { Scenario, ScenarioFile } from '../../../tools/simulate/scenario.ts';

/** A scenario with the fields of a test. By default it has three idle origins that take 1 ms. */
export function scenario(some: Partial<ScenarioFile> = {}): Scenario {
  const length = some.duration_s === undefined ? { requests: 1_000 } : {};
  const parsed = parseScenario({
    ...length,
    arrivals: { constant_per_s: 100 },
    origins: ['a', 'b', 'c'].map((id) => ({ id, service: { fixed_ms: 1 } })),
    ...some,
  });
  if (parsed.scenario === undefined) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

export function figures(some: Partial<ScenarioFile>, policy = 'round_robin') {
  return figuresOf(simulate(scenario(some), { policy }));
}
