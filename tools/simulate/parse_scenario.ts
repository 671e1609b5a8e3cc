import * as v from 'valibot';
import { problemsOf } from '../../shared/authoring/issues.ts';
import { error, type Problem, shown } from '../../shared/authoring/problem.ts';
import type { SchemaNode } from '../../shared/authoring/schema_node.ts';
import { didYouMean } from '../../shared/suggest.ts';
import { type Scenario, ScenarioSchema } from './scenario.ts';

/** What a scenario file means, and all that is wrong with it. */
export interface ParsedScenario {
  /** Absent if there are problems. */
  scenario?: Scenario;
  problems: Problem[];
}

/** @param data the content of a scenario file, as JSON */
export function parseScenario(data: unknown): ParsedScenario {
  const { success, output, issues = [] } = v.safeParse(ScenarioSchema, data);
  const problems = success
    ? [...inconsistent(output)]
    : problemsOf(issues, ScenarioSchema as unknown as SchemaNode);
  return success && problems.length === 0 ? { scenario: output, problems } : { problems };
}

/** What no field is wrong about by itself. */
function* inconsistent({ origins, events }: Scenario): Generator<Problem> {
  const ids = origins.map(({ id }) => id);
  for (const [index, id] of ids.entries())
    if (ids.indexOf(id) < index)
      yield error(['origins', index, 'id'], `got ${shown(id)} twice; allowed: every origin has its own`);
  if (origins.every(({ weight }) => weight === 0))
    yield error(['origins'], 'got weight 0 everywhere; allowed: at least one weight above 0');
  for (const [index, { origin }] of events.entries()) {
    if (ids.includes(origin)) continue;
    const hint = didYouMean(origin, ids);
    yield error(['events', index, 'origin'], `got ${shown(origin)}; allowed: the id of an origin${hint}`);
  }
}
