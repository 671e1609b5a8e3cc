import * as v from 'valibot';
import { check } from './check.ts';
import type { Config } from './config.ts';
import { toDraft } from './draft.ts';
import { ineffective } from './ineffective.ts';
import { pathOf, problemsOf } from './issues.ts';
import { normalise, type Profile } from './normalise.ts';
import type { Problem } from './problem.ts';
import { ConfigSchema } from './schema.ts';

/** What a file's content means, and all there is to say about it. */
export interface Parsed {
  /** Absent if one of the problems is an error. */
  config?: Config;
  problems: Problem[];
}

/**
 * Validates, checks and normalises a configuration.
 * @param data the content of a configuration file, as JSON
 */
export function parseConfig(data: unknown, profile: Profile): Parsed {
  const { issues = [], output, success } = v.safeParse(ConfigSchema, data);
  const draft = toDraft(output, issues.map(pathOf));
  const problems = [...problemsOf(issues), ...check(draft, profile), ...ineffective(data)];
  if (!success || problems.some(({ severity }) => severity === 'error')) return { problems };
  return { config: normalise(output, { profile }), problems };
}
