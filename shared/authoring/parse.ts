import * as v from 'valibot';
import type { Config } from '../model/config.ts';
import { runNow, type Steps, sliceBy } from '../time/steps.ts';
import { openAnswers } from './api_answers.ts';
import { check } from './check.ts';
import { toDraft } from './draft.ts';
import { ineffective } from './ineffective.ts';
import { pathOf, problemsOf } from './issues.ts';
import { normalise, type Profile } from './normalise.ts';
import type { Problem } from './problem.ts';
import { ConfigSchema, type FilledConfig } from './schema.ts';
import { OBJECT_LISTS, type ObjectList } from './source/lists.ts';
import { tidy } from './tidy.ts';

/** Objects that are validated in one slice, which takes a few milliseconds. */
const SLICE_OBJECTS = 500;

/** The configuration in a file, with its problems. */
export interface Parsed {
  /** Absent: one of the problems is an error. */
  config?: Config;
  /** Paths refer to `data`. */
  problems: Problem[];
}

/**
 * Validates, checks and normalises a configuration.
 * @param data the content of a configuration file, or answers of Cloudflare's API (api_answers.ts), as JSON
 * @param options `force`: forceable errors become warnings, so that the configuration is normalised nevertheless. They stay
 *   marked as `forceable`. Default: false
 */
export function parseConfig(
  data: unknown,
  profile: Profile,
  { force = false }: { force?: boolean } = {},
): Parsed {
  const opened = openAnswers(data);
  const tidied = tidy(opened.data);
  const { issues = [], output, success } = v.safeParse(ConfigSchema, tidied.data);
  const draft = toDraft(output, issues.map(pathOf));
  const found = [
    ...tidied.problems,
    ...problemsOf(issues),
    ...check(draft, profile),
    ...ineffective(tidied.data),
  ].map((problem): Problem => {
    const placed = { ...problem, path: opened.place(problem.path) };
    return force && problem.forceable ? { ...placed, severity: 'warning' } : placed;
  });
  const problems = [...opened.problems, ...found];
  if (!success || problems.some(({ severity }) => severity === 'error')) return { problems };
  return { config: normalise(output, { profile }), problems };
}

/**
 * A valid configuration with its defaults, without any check. It takes a third of the time of {@link parseConfig}.
 * @param data as for {@link parseConfig}, which has found no error in it
 * @throws {v.ValiError} if it is not valid
 */
export function filled(data: unknown): FilledConfig {
  return runNow(filledSteps(data));
}

/** {@link filled}, in slices. The schema knows no rule that concerns several objects, so their order is free. */
export function* filledSteps(data: unknown): Steps<FilledConfig> {
  const opened = openAnswers(data).data;
  const part = (some: unknown): FilledConfig => v.parse(ConfigSchema, tidy(some).data);
  if (typeof opened !== 'object' || opened === null) return part(opened);
  const fields: Record<string, unknown> = { ...opened };
  const whole = part(Object.fromEntries(Object.entries(fields).filter(([key]) => !isList(key, fields[key]))));
  for (const list of OBJECT_LISTS) {
    const items = fields[list];
    if (!Array.isArray(items)) continue;
    const full: unknown[] = [];
    for (const some of slices(items)) {
      full.push(...part({ [list]: some })[list]);
      yield;
    }
    Object.assign(whole, { [list]: full });
  }
  return whole;
}

/** Cuts a list of objects. A pool counts with its origins. */
function* slices(items: readonly unknown[]): Generator<unknown[]> {
  const isFull = sliceBy(SLICE_OBJECTS);
  let some: unknown[] = [];
  for (const item of items) {
    some.push(item);
    const { origins } = (item ?? {}) as { origins?: unknown };
    if (!isFull(1 + (Array.isArray(origins) ? origins.length : 0))) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

function isList(key: string, value: unknown): key is ObjectList {
  return Array.isArray(value) && OBJECT_LISTS.some((list) => list === key);
}
