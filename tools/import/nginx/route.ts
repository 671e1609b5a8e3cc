import type { FileRule } from '../../../shared/authoring/schema.ts';
import { matches, quoted, valid } from '../parts/condition.ts';
import type { Context } from './context.ts';
import type { Location } from './location.ts';
import type { Used } from './pool_book.ts';
import { targetOf } from './target.ts';

/** A location with its place in nginx's order and what it does. */
export interface Route extends Location {
  action:
    | { used: Used; cases: { condition: string; used: Used }[] }
    | { response: FileRule['fixed_response'] }
    | undefined;
}

/** Finds what a location does, and makes the pools that it leads to. */
export function routeOf(location: Location, locations: readonly Location[], context: Context): Route {
  const { ledger, book } = context;
  const { statement, kind } = location;
  // A named location is a destination, not a match.
  const target = kind === 'named' ? undefined : targetOf(location, { ledger, locations, maps: context.maps });
  const used = target?.to === 'pool' ? book.use(target.url, target.directive) : undefined;
  if (target?.to === 'response') return { ...location, action: { response: target.response } };
  if (target?.to === 'platform') {
    ledger.platform(statement);
    return { ...location, action: undefined };
  }
  if (target?.to !== 'pool' || used === undefined) {
    if (statement !== undefined && kind !== 'named')
      ledger.none(statement, 'no pool serves it; its requests go to the location around it, if there is one');
    return { ...location, action: undefined };
  }
  const cases = target.cases.flatMap(({ condition, url, directive }) => {
    const to = book.use(url, directive);
    return to === undefined ? [] : [{ condition, used: to }];
  });
  return { ...location, action: { used, cases } };
}

const URI_PATH = 'http.request.uri.path';

/** The condition of a rule for the requests of a location. Undefined: rules cannot express it. */
export function conditionOf({ kind, path, caseless }: Route): string | undefined {
  if (kind === 'regex') return valid(matches(URI_PATH, path, caseless));
  if (kind === 'exact') return valid(`${URI_PATH} eq ${quoted(path)}`);
  return kind === 'named' ? undefined : valid(`starts_with(${URI_PATH}, ${quoted(path)})`);
}
