import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../shared/authoring/document.ts';
import { lift } from '../../shared/authoring/lift.ts';
import type { Profile } from '../../shared/authoring/normalise.ts';
import { stampDrains, withState } from '../../shared/authoring/operator_state.ts';
import { parseConfig } from '../../shared/authoring/parse.ts';
import type { Config } from '../../shared/model/config.ts';
import { PLACES, set, valuesAt } from '../shared/authoring/changes.ts';
import { everything } from '../shared/authoring/everything.ts';
import { withoutUnusedRules } from '../support/without_unused_rules.ts';
import { runs } from './runs.ts';
import { validFile } from './valid_file.ts';

const CHANGES = PLACES.map((place) => ({ path: place.path, values: valuesAt(place) }));

const profile = fc.constantFrom<Profile>('local', 'production');
const changes = fc.array(
  fc
    .constantFrom(...CHANGES)
    .chain(({ path, values }) => fc.constantFrom(...values.map((value) => ({ path, value })))),
  { maxLength: 6 },
);
type Changes = typeof changes extends fc.Arbitrary<infer Each> ? Each : never;

/** 100 cases, or 2,000 in the full run, because each parses whole configurations several times: 10 ms or more. */
function fewer(): { numRuns: number } {
  return { numRuns: Math.min(Math.ceil(runs().numRuns / 10), 2_000) };
}

/** The configuration of a file with every field and with these changes, or with the first half of them if it is not valid. */
function configOf(list: Changes, profile: Profile): Config {
  const file: unknown = everything();
  for (const { path, value } of list) set(file, path, structuredClone(value));
  const { config } = parseConfig(file, profile, { force: true });
  if (config !== undefined) return withoutUnusedRules(config);
  if (list.length === 0) throw new Error('the file without changes is not valid');
  return configOf(list.slice(0, Math.floor(list.length / 2)), profile);
}

/** The configuration of the file that is written for a configuration, as canonical JSON; or what is wrong with the file. */
function again(config: Config, profile: Profile, written_for: Profile | undefined): string {
  // As KV and the history keep them.
  const file: unknown = JSON.parse(JSON.stringify(lift(JSON.parse(JSON.stringify(config)), written_for)));
  const parsed = parseConfig(file, profile, { force: true });
  return canonicalJson(
    (parsed.config && withoutUnusedRules(parsed.config)) ?? {
      file,
      problems: parsed.problems.filter(({ severity }) => severity === 'error'),
    },
  );
}

it('a file written for a configuration normalises to that configuration', () => {
  fc.assert(
    fc.property(changes, profile, fc.boolean(), (list, profile, for_both) => {
      const config = configOf(list, profile);
      const before = canonicalJson(config);
      expect(again(config, profile, for_both ? undefined : profile)).toBe(before);
      // Not the other way round: production refuses some addresses that are valid locally.
      if (profile === 'production') expect(again(config, 'local', undefined)).toBe(before);
    }),
    fewer(),
  );
});

it('so does a file written for any small configuration', () => {
  fc.assert(
    fc.property(validFile, profile, (file, profile) => {
      const { config } = parseConfig(file, profile);
      expect(config && again(config, profile, profile)).toBe(canonicalJson(config));
    }),
    fewer(),
  );
});

it('states that an operator has set are in the file', () => {
  const published = configOf([], 'production');
  for (const id of ['e1', 'us', 'e1/eu-1', 'us/us-1'])
    for (const state of ['ready', 'drain', 'maintenance'] as const) {
      const config = withState(published, id, state);
      if (config === undefined) throw new Error(`there is no ${id}`);
      expect(again(config, 'production', 'production')).toBe(canonicalJson(config));
      const stamped = stampDrains(config, undefined, 1_700_000_000_000);
      expect(lift(stamped)).toEqual(lift(config));
    }
});
