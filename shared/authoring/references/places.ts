import type { Path } from '../problem.ts';
import { nodeAt, notes, type SchemaNode } from '../schema_node.ts';
import type { ObjectList } from '../source/lists.ts';

// Where objects refer to others. The schema says it: the note `refers_to` of a value, made by reference() of notes.ts. Nothing
// else in the repository lists these places.

/** The lists of a configuration whose items refer to objects. */
export type ReferringList = ObjectList | 'notifications';

/** A reference as written. */
export interface Reference {
  /** In the object: `['rules', 0, 'overrides', 'pool_weights', 'eu']`. */
  path: Path;
  /** The list of the object that is meant. */
  list: ObjectList;
  /** Its id; of a pool, its id or its name. */
  name: string;
  /** Whether the name is the key of a record, as in `pool_weights`, and not a value. */
  is_key: boolean;
}

/** The places of references in a value. Undefined parts hold none. */
interface Places {
  /** The value itself names an object. */
  self?: ObjectList;
  /** Keys of a record name objects. */
  keys?: ObjectList;
  fields?: ReadonlyMap<string, Places>;
  /** Items of a list, or values of a record. */
  inside?: Places;
}

const known = new Map<ReferringList, Places>();

/**
 * All references of an object, as far as it has the form of the schema. Other values are skipped.
 * @param list the list that the object is an item of
 * @param value the object as written, or its draft
 */
export function referencesOf(list: ReferringList, value: unknown): Generator<Reference> {
  return walk(value, placesOf(list), []);
}

/**
 * An object with other references. Order is kept.
 * @param rename gives the new name of a reference
 * @returns the same object if no name changes
 */
export function withReferences<T>(
  list: ReferringList,
  value: T,
  rename: (target: ObjectList, name: string, path: Path) => string,
): T {
  // Only names change, so the value keeps its type.
  return renamed(value, placesOf(list), [], rename) as T;
}

function* walk(value: unknown, places: Places | undefined, path: Path): Generator<Reference> {
  if (places === undefined) return;
  const { self, keys, fields, inside } = places;
  if (typeof value === 'string') {
    if (self !== undefined) yield { path, list: self, name: value, is_key: false };
  } else if (Array.isArray(value)) {
    if (fields === undefined)
      for (const [index, item] of value.entries()) yield* walk(item, inside, [...path, index]);
  } else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) {
      if (keys !== undefined) yield { path: [...path, key], list: keys, name: key, is_key: true };
      yield* walk(part, fields === undefined ? inside : fields.get(key), [...path, key]);
    }
}

function renamed(
  value: unknown,
  places: Places | undefined,
  path: Path,
  rename: (target: ObjectList, name: string, path: Path) => string,
): unknown {
  if (places === undefined) return value;
  const { self, keys, fields, inside } = places;
  if (typeof value === 'string') return self === undefined ? value : rename(self, value, path);
  if (Array.isArray(value)) {
    if (fields !== undefined) return value;
    const items = value.map((item, index) => renamed(item, inside, [...path, index], rename));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => {
    const place = [...path, key];
    const name = keys === undefined ? key : rename(keys, key, place);
    const other = renamed(part, fields === undefined ? inside : fields.get(key), place, rename);
    changed ||= name !== key || other !== part;
    return [name, other];
  });
  // fromEntries, because by assignment `__proto__` would be no ordinary key.
  return changed ? Object.fromEntries(entries) : value;
}

/** Made from the schema once. */
function placesOf(list: ReferringList): Places {
  const found = known.get(list);
  if (found !== undefined) return found;
  const node = nodeAt([list, 0]);
  const places = (node && placesIn(node)) ?? {};
  known.set(list, places);
  return places;
}

function placesIn(node: SchemaNode): Places | undefined {
  const self = targetOf(node);
  const { entries = {}, item, key, value, wrapped } = node;
  if (wrapped !== undefined) return self === undefined ? placesIn(wrapped) : { self };
  const keys = key && targetOf(key);
  const part = item ?? value;
  const inside = part && placesIn(part);
  const fields = new Map(
    Object.entries(entries).flatMap(([name, field]) => {
      const places = placesIn(field);
      return places === undefined ? [] : [[name, places] as const];
    }),
  );
  if (self === undefined && keys === undefined && inside === undefined && fields.size === 0) return undefined;
  return {
    ...(self === undefined ? {} : { self }),
    ...(keys === undefined ? {} : { keys }),
    ...(inside === undefined ? {} : { inside }),
    ...(fields.size === 0 ? {} : { fields }),
  };
}

/** The list that the values of a schema name an object of. The note may stand on a schema inside. */
function targetOf(node: SchemaNode): ObjectList | undefined {
  const [inner] = node.pipe ?? [];
  return notes(node).refers_to ?? (inner && inner !== node ? targetOf(inner) : undefined);
}
