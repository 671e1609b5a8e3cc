import * as v from 'valibot';
import { problemsOf } from '../../shared/authoring/issues.ts';
import { error, type Problem, shown } from '../../shared/authoring/problem.ts';
import type { SchemaNode } from '../../shared/authoring/schema_node.ts';
import { didYouMean } from '../../shared/suggest.ts';
import { type Scenario, ScenarioSchema } from './scenario.ts';

/** A parsed scenario file. */
export interface ParsedScenario {
  /** Absent if there are problems. */
  scenario?: Scenario;
  problems: Problem[];
}

/** Validates a scenario and fills in its defaults. @param data the parsed JSON of a scenario file */
export function parseScenario(data: unknown): ParsedScenario {
  const { success, output, issues = [] } = v.safeParse(ScenarioSchema, data);
  const problems = success
    ? [...inconsistent(output)]
    : problemsOf(issues, ScenarioSchema as unknown as SchemaNode);
  return success && problems.length === 0 ? { scenario: output, problems } : { problems };
}

/** Problems that concern more than one field. */
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
