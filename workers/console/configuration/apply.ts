import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import { type Source, withItem, withoutItem } from '../../../shared/authoring/source/source.ts';
import type { OperatorChange } from '../../../shared/contracts/history.ts';
import { Refusal } from '../refusal.ts';
import { fieldsOf, type Ids, storedForm } from './body.ts';
import { type Checking, checkChange } from './check_change.ts';
import { consequenceNotes } from './consequence_notes.ts';
import { located } from './located.ts';
import { keyOf, keyOfItem, type Place } from './objects.ts';
import { replacementFor } from './operate.ts';
import { mergedWith, withOwnFields } from './own_fields.ts';
import { assertUnreferenced, withRenamed } from './referrers.ts';
import { assertUnique } from './unique.ts';

// Changes of a configuration, as pure functions: a configuration and a request give the next configuration, or a Refusal.

type Fields = Readonly<Record<string, unknown>>;

/** What a change needs to know. */
export interface Context extends Checking {
  ids: Ids;
  /** A new id for the API: 32 hex digits. */
  newId(): string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The result of a change. */
export interface Next {
  source: Source;
  /** The object that a request was about. */
  object?: Place;
  /** The object is new, and the API gives it this id. */
  created_id?: string;
  /** The name that the object had before. */
  renamed_from?: string;
  notes: string[];
}

/** Adds an object. @throws {Refusal} 400, 409, 412 */
export function create(source: Source, list: ObjectList, body: unknown, context: Context): Next {
  const id = context.newId();
  // Monitors and groups have no names, so their id stands in the file.
  const own_id = list === 'monitors' || list === 'monitor_groups' ? id : undefined;
  const value = storedForm(list, fieldsOf(body), context.ids, own_id);
  assertUnique(list, source.items[list], value, undefined);
  const next = withItem(source, list, source.items[list].length, value);
  const object = { list, key: keyOf(list, value) };
  const notes = checked(next, object, source, undefined, context);
  return { source: next, object, created_id: id, notes };
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
  const value = how === 'replace' ? given : mergedWith(item.value, sent, given);
  assertUnique(list, source.items[list], value, item);
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
  let next = source;
  for (const item of source.items[list]) {
    const id = context.ids.idOf(list, keyOfItem(list, item)) ?? '';
    next = change(next, list, id, body, 'merge', context).source;
  }
  return { source: next, notes: [] };
}

/**
 * Sets states, weights, switches and strategies. All changes are made, or none. They are checked when all are made, because a swap of
 * two pools leaves nothing usable half-way.
 * @throws {Refusal} 400, 404
 */
export function operate(source: Source, changes: readonly OperatorChange[], context: Context): Next {
  const touched = new Map<string, { place: Place; ids: string[] }>();
  let next = source;
  for (const one of changes) {
    const { list, index, value } = replacementFor(next, one);
    const key = keyOf(list, value);
    const { ids, place } = touched.get(`${list} ${key}`) ?? { ids: [], place: { list, key } };
    touched.set(`${list} ${key}`, { ids, place });
    const before = next.items[list][index];
    next = withItem(next, list, index, value);
    const is_same = before?.text === next.items[list][index]?.text;
    if (!is_same && (one.state ?? one.weight) !== undefined && list === 'pools') ids.push(idIn(key, one));
  }
  const found = [...touched.values()].map(({ place, ids }) => {
    const { mistakes, notes, config } = checkChange(next, place, source, place, context, 'parts');
    return { mistakes, notes: [...notes, ...consequenceNotes(config, ids, context.now())] };
  });
  // Two changed neighbours find the same mistake.
  const mistakes = new Map(found.flatMap((one) => one.mistakes.map((mistake) => [mistake.message, mistake])));
  if (mistakes.size > 0) throw new Refusal(400, [...mistakes.values()]);
  return { source: next, notes: found.flatMap(({ notes }) => notes) };
}

/** The id of a changed pool, or of a changed origin in it. A target may have the pool's name in place of its id. */
function idIn(pool: string, { target = '' }: OperatorChange): string {
  const [, ...origin] = target.split('/');
  return [pool, ...origin].join('/');
}

/** The names by which others refer to an object, if they change. */
function renames(stored: Fields, value: Fields, before: string, after: string): ReadonlyMap<string, string> {
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

/** @returns notes @throws {Refusal} 400 with every mistake that the change makes */
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
