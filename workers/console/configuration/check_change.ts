import type { Profile } from '../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { type Problem, pathText, problemText } from '../../../shared/authoring/problem.ts';
import { OBJECT_LISTS, type ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Item, Source } from '../../../shared/authoring/source/source.ts';
import type { Config } from '../../../shared/model/config.ts';
import type { Mistake } from '../refusal.ts';
import { mistakeElsewhere, mistakeOf } from './mistakes.ts';
import { type Neighbourhood, neighbourhoodAt, placesAround } from './neighbourhood.ts';
import { keyOfItem, type Place } from './objects.ts';

/** How a change is checked. */
export interface Checking {
  profile: Profile;
  /** Whether a balancer may be left with nothing usable. */
  force: boolean;
}

/** What is wrong with a change, and what is worth a note. */
export interface Findings {
  mistakes: Mistake[];
  notes: string[];
  /** The object and its neighbours, normalised. Absent: one of them has a mistake. */
  config?: Config;
}

/**
 * Checks a changed object together with its neighbours. Mistakes of neighbours count only if the change causes them.
 * @param place of the object after the change
 * @param before the configuration before it
 * @param place_before of the object before the change; undefined: it is new
 * @param sent `whole`: the request's body is the object, so every mistake in it counts and has a pointer into the body. `parts`: the
 *   body names fields of objects, so the object is treated as its neighbours are
 */
export function checkChange(
  next: Source,
  place: Place,
  before: Source,
  place_before: Place | undefined,
  { profile, force }: Checking,
  sent: 'whole' | 'parts' = 'whole',
): Findings {
  const is_body = (one: Place) => sent === 'whole' && isAt(one, place);
  const around = placesAround(next, place);
  const { found, config } = parsed(neighbourhoodAt(next, around), profile, force);
  const errors = found.filter(({ problem }) => problem.severity === 'error');
  const known = () => {
    const places = place_before === undefined ? around : [...around, ...placesAround(before, place_before)];
    return new Set(parsed(neighbourhoodAt(before, places), profile, force).found.map(nameOf));
  };
  const known_before = errors.some((one) => !is_body(one)) ? known() : NONE;
  return {
    mistakes: errors.flatMap((one): Mistake[] => {
      const { problem, list, key, path } = one;
      if (is_body(one)) return [mistakeOf(problem, path)];
      return known_before.has(nameOf(one)) ? [] : [mistakeElsewhere(problem, { list, key }, path)];
    }),
    notes: found.flatMap((one) =>
      one.problem.severity === 'warning' && isAt(one, place)
        ? [problemText({ path: one.path, message: one.problem.message })]
        : [],
    ),
    ...(config === undefined ? {} : { config }),
  };
}

interface Found {
  problem: Problem;
  list: ObjectList;
  key: string;
  /** In the object. */
  path: Problem['path'];
}

const NONE: ReadonlySet<string> = new Set();

function parsed(part: Neighbourhood, profile: Profile, force: boolean) {
  const data = Object.fromEntries(OBJECT_LISTS.map((list) => [list, part[list].map(({ value }) => value)]));
  const { config, problems } = parseConfig(data, profile, { force });
  const found = problems.flatMap((problem): Found[] => {
    const [list, index, ...path] = problem.path;
    const kind = OBJECT_LISTS.find((one) => one === list);
    const item: Item | undefined = kind && typeof index === 'number' ? part[kind][index] : undefined;
    return kind === undefined || item === undefined
      ? []
      : [{ problem, list: kind, key: keyOfItem(kind, item), path }];
  });
  return { found, config };
}

function isAt({ list, key }: Place, place: Place): boolean {
  return list === place.list && key === place.key;
}

function nameOf({ list, key, path, problem }: Found): string {
  return `${list} ${key} ${pathText(path)} ${problem.message}`;
}
