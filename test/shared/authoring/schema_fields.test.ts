import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../shared/authoring/document.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import { notes, unwrap } from '../../../shared/authoring/schema_node.ts';
import { tidy } from '../../../shared/authoring/tidy.ts';
import { changed, PLACES, type Place, set, valuesAt } from './changes.ts';
import { everything } from './everything.ts';

/** `pools[].name` */
const fieldName = ({ path }: Place) => pathText(path).replace(/\[\d+\]/g, '[]');

it('finds no problem in the file that these tests change', () => {
  const { problems } = parseConfig(everything(), 'production');
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

describe('an optional field', () => {
  const optional = PLACES.filter(({ field }) => field.wrapped !== undefined);

  // parseConfig() sees nothing but what tidy() leaves.
  it.each(optional.map(({ path }) => [pathText(path), path] as const))(
    '%s means the same as null as absent',
    (_, path) => {
      expect(tidy(changed(path, null))).toEqual(tidy(changed(path, undefined)));
    },
  );

  it('means the same in a map, for each of its keys', () => {
    const maps = PLACES.filter(({ field }) => unwrap(field).value !== undefined);
    expect(maps.map(fieldName)).toContain('load_balancers[].country_pools');
    for (const { path } of maps) expect(tidy(changed(path, { Some: null }))).toEqual(tidy(changed(path, {})));
  });

  it('is read so by parseConfig, all of them at once', () => {
    const nulls: unknown = everything();
    const absent: unknown = everything();
    // Without the lists themselves, so that their objects stay.
    for (const { path } of optional.filter(({ path }) => path.length > 1).toReversed()) {
      set(nulls, path, null);
      set(absent, path, undefined);
    }
    const parsed = parseConfig(nulls, 'production');
    expect(parsed).toEqual(parseConfig(absent, 'production'));
    expect(parsed.config?.balancers.map(({ id }) => id)).toEqual(['app.example.com', '*']);
  });
});

describe('a field that is not marked as without effect', () => {
  /** Fields that people read, or that only say what is refused, or that have one value. */
  const SILENT = ['$schema', 'description', 'allow_private', 'session_policy', 'default'];
  const before = canonicalJson(parseConfig(everything(), 'production').config);

  function changesSomething(place: Place): boolean {
    return valuesAt(place).some((other) => {
      const { config } = parseConfig(changed(place.path, other), 'production');
      return config !== undefined && canonicalJson(config) !== before;
    });
  }

  const relevant = PLACES.filter(
    ({ path, field }) =>
      notes(field).no_effect === undefined &&
      !notes(field).read_only &&
      !SILENT.includes(String(path.at(-1))),
  );
  // A field of several objects has to change something in one of them.
  const by_field = Map.groupBy(relevant, fieldName);

  it.each([...by_field])('changes the normalised configuration: %s', (_, places) => {
    expect(places.some(changesSomething)).toBe(true);
  });
});
