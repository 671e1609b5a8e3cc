import { parseConfig } from '../../../shared/authoring/parse.ts';
import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import { SourceProblem } from '../../../shared/authoring/source/problem.ts';
import {
  dataOf,
  type Item,
  readSource,
  type Source,
  withItem,
  withoutItem,
} from '../../../shared/authoring/source/source.ts';
import type { OperatorChange } from '../../../shared/contracts/history.ts';
import { CODES, type Mistake, Refusal } from '../refusal.ts';
import { fieldsOf, type Ids, KIND, storedForm } from './body.ts';
import { type Checking, checkChange } from './check_change.ts';
import { mistakeOf, pointerOf } from './mistakes.ts';
import type { Place } from './neighbourhood.ts';
import { keyOf, keyOfItem, poolNames, positions } from './objects.ts';
import { replacementFor } from './operate.ts';
import { withOwnFields } from './own_fields.ts';
import { assertUnreferenced, withRenamed } from './referrers.ts';

// Changes of a configuration, as pure functions: a configuration and a request give the next configuration, or a Refusal.

/** What a change needs to know. */
export interface Context extends Checking {
  ids: Ids;
  /** A new id for the API: 32 hex digits. */
  newId(): string;
}

/** The result of a change. */
export interface Next {
  source: Source;
  /** The object that a request was about. */
  object?: Place;
  /** It is new, and the API gives it this id. */
  created_id?: string;
  /** The name that it had before. */
  renamed_from?: string;
  notes: string[];
}

/** Adds an object. @throws {Refusal} 400, 409, 412 */
export function create(source: Source, list: ObjectList, body: unknown, context: Context): Next {
  const id = context.newId();
  // Monitors and groups have no names, so their id stands in the file.
  const own_id = list === 'monitors' || list === 'monitor_groups' ? id : undefined;
  const value = storedForm(list, fieldsOf(body), context.ids, own_id);
  assertUnique(source, list, value, undefined);
  const next = withItem(source, list, source.items[list].length, value);
  const key = keyOf(list, value);
  const notes = checked(next, { list, key }, source, undefined, context);
  return { source: next, object: { list, key }, created_id: id, notes };
}

/** Replaces an object, or with `merge` only the fields that the body has. @throws {Refusal} 400, 404, 409, 412 */
export function change(
  source: Source,
  list: ObjectList,
  id: string,
  body: unknown,
  how: 'replace' | 'merge',
  context: Context,
): Next {
  const { index, item, key: before } = located(source, list, id, context.ids);
  const sent = fieldsOf(body);
  const own_id = item.value['id'];
  const stored = storedForm(list, sent, context.ids, typeof own_id === 'string' ? own_id : undefined);
  const given = withOwnFields(list, stored, sent, item.value);
  const value = how === 'replace' ? given : merged(item.value, sent, given);
  assertUnique(source, list, value, before);
  const key = keyOf(list, value);
  const written = withItem(source, list, index, value);
  const next = withRenamed(written, list, renames(item.value, value, before, key));
  const notes = checked(next, { list, key }, source, { list, key: before }, context);
  return { source: next, object: { list, key }, ...(key === before ? {} : { renamed_from: before }), notes };
}

/** Removes an object that nothing refers to. @throws {Refusal} 404, 412 with the names of what refers to it */
export function remove(source: Source, list: ObjectList, id: string, ids: Ids): Next {
  const { index, key } = located(source, list, id, ids);
  assertUnreferenced(source, { list, key });
  return { source: withoutItem(source, list, index), object: { list, key }, notes: [] };
}

/** Changes fields of all objects of a list. @throws {Refusal} 400 */
export function mergeAll(source: Source, list: ObjectList, body: unknown, context: Context): Next {
  let next: Next = { source, notes: [] };
  for (const item of source.items[list]) {
    const id = context.ids.idOf(list, keyOfItem(list, item)) ?? '';
    next = change(next.source, list, id, body, 'merge', context);
  }
  return { source: next.source, notes: [] };
}

/** Sets states, weights, switches and strategies. All changes are made, or none. @throws {Refusal} 400, 404 */
export function operate(source: Source, changes: readonly OperatorChange[], context: Context): Next {
  const notes: string[] = [];
  let next = source;
  for (const one of changes) {
    const { list, index, value } = replacementFor(next, one);
    const place: Place = { list, key: keyOf(list, value) };
    const before = next;
    next = withItem(next, list, index, value);
    notes.push(...checked(next, place, before, place, context));
  }
  return { source: next, notes };
}

/** Takes a whole file. @throws {Refusal} 400 with every mistake in it */
export function takeFile(text: string, { profile, force }: Checking): Next {
  let source: Source;
  try {
    source = readSource(text);
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    throw new Refusal(
      400,
      error.problems.map(({ line, column, ...problem }) => {
        const mistake = mistakeOf(problem, problem.path);
        return { ...mistake, message: `line ${line}, column ${column}: ${mistake.message}` };
      }),
    );
  }
  const { problems } = parseConfig(dataOf(source), profile, { force });
  const mistakes = problems
    .filter(({ severity }) => severity === 'error')
    .map((problem): Mistake => mistakeOf(problem, problem.path));
  if (mistakes.length > 0) throw new Refusal(400, mistakes);
  return { source, notes: [] };
}

/** Finds an object by its API id. @throws {Refusal} 404 */
export function located(
  source: Source,
  list: ObjectList,
  id: string,
  ids: Ids,
): { index: number; item: Item; key: string } {
  const key = ids.keyOf(list, id);
  const index = key === undefined ? undefined : positions(list, source.items[list]).get(key);
  const item = index === undefined ? undefined : source.items[list][index];
  if (key === undefined || index === undefined || item === undefined)
    throw new Refusal(404, [
      {
        code: CODES.not_found,
        message: `object does not exist: there is no ${KIND[list]} with the id ${id}`,
      },
    ]);
  return { index, item, key };
}

/** @param given the stored form of `sent`, which lacks what `sent` sets to null */
function merged(
  stored: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(stored).filter(([field]) => field === 'id' || sent[field] !== null);
  return { ...Object.fromEntries(kept), ...given };
}

/** The names by which others refer to an object, if they change. */
function renames(
  stored: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
  before: string,
  after: string,
): ReadonlyMap<string, string> {
  const pairs = [
    [before, after],
    [stored['name'], value['name']],
  ];
  return new Map(
    pairs.flatMap(([from, to]): [string, string][] =>
      typeof from === 'string' && typeof to === 'string' && from !== to ? [[from, to]] : [],
    ),
  );
}

function checked(
  next: Source,
  place: Place,
  before: Source,
  place_before: Place | undefined,
  context: Context,
): string[] {
  const { mistakes, notes } = checkChange(next, place, before, place_before, context);
  if (mistakes.length > 0) throw new Refusal(400, mistakes);
  return notes;
}

/** @param own the key of the object itself, if it is not new */
function assertUnique(
  source: Source,
  list: ObjectList,
  value: Readonly<Record<string, unknown>>,
  own: string | undefined,
): void {
  if (list !== 'pools' && list !== 'load_balancers') return;
  // A body without a name has its own error.
  if (typeof value['name'] !== 'string') return;
  const key = keyOf(list, value);
  const taken = list === 'pools' ? poolNames(source.items.pools) : positions(list, source.items[list]);
  const names = list === 'pools' ? [key, value['name']] : [key];
  const clash = names.find((name) => {
    if (own !== undefined && (name === own || name === keyName(source, list, own))) return false;
    return taken.has(name);
  });
  if (clash === undefined) return;
  throw new Refusal(
    409,
    [
      {
        code: CODES.not_unique,
        message: `name "${clash}" is taken by another ${KIND[list]}: value not unique`,
        pointer: pointerOf(['name']),
      },
    ],
    { 'x-should-retry': 'false' },
  );
}

/** The `name` of the object with this key. */
function keyName(source: Source, list: ObjectList, key: string): unknown {
  const index = positions(list, source.items[list]).get(key);
  return index === undefined ? undefined : source.items[list][index]?.value['name'];
}
