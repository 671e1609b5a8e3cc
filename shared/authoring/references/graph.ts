import { OBJECT_LISTS, type ObjectList } from '../source/lists.ts';
import { type ReferringList, referencesOf } from './places.ts';

/** An object of a configuration as far as references matter. */
interface Named {
  /** The id by which others refer to it. */
  key: string;
  /** As written. A pool may be referred to by its `name` as well. */
  value: Readonly<Record<string, unknown>>;
}

/** Something that refers to an object. Webhooks are no objects of Cloudflare's API. */
export type Referrer<T> =
  | { list: ObjectList; key: string; object: T }
  | { list: 'notifications'; key: string };

/** All objects of a configuration, by list. */
export type Lists<T> = Readonly<Record<ObjectList, readonly T[]>>;

/**
 * Finds objects by what references say. An id wins over a name, as in ids.ts.
 * @param lists the objects of one moment
 */
export function finderOf<T extends Named>(
  lists: Lists<T>,
): (list: ObjectList, reference: string) => T | undefined {
  const found = new Map<ObjectList, Map<string, T>>();
  return (list, reference) => {
    let known = found.get(list);
    if (known === undefined) {
      const objects = lists[list];
      const names =
        list === 'pools' ? objects.map((each) => [String(each.value['name']), each] as const) : [];
      known = new Map([...names, ...objects.map((each) => [each.key, each] as const)]);
      found.set(list, known);
    }
    return known.get(reference);
  };
}

/**
 * Everything that refers to an object, each once.
 * @param notifications the webhooks of the configuration as written, which may name pools
 */
export function referrersOf<T extends Named>(
  lists: Lists<T>,
  list: ObjectList,
  object: T,
  notifications: readonly unknown[] = [],
): Referrer<T>[] {
  const find = finderOf(lists);
  const refers = (from: ReferringList, value: unknown) => {
    for (const reference of referencesOf(from, value))
      if (reference.list === list && find(list, reference.name)?.key === object.key) return true;
    return false;
  };
  const objects = OBJECT_LISTS.flatMap((from) =>
    lists[from]
      .filter(({ value }) => refers(from, value))
      .map((each) => ({ list: from, key: each.key, object: each })),
  );
  const hooks = notifications
    .filter((hook) => refers('notifications', hook))
    .map((hook) => ({ list: 'notifications' as const, key: String((hook as { name?: unknown }).name) }));
  return [...objects, ...hooks];
}

/** The objects that an object refers to, each once, in the order of its first reference. References to nothing are skipped. */
export function referralsOf<T extends Named>(
  lists: Lists<T>,
  list: ObjectList,
  object: T,
): { list: ObjectList; object: T }[] {
  const find = finderOf(lists);
  const found = new Map<T, { list: ObjectList; object: T }>();
  for (const { list: target, name } of referencesOf(list, object.value)) {
    const other = find(target, name);
    if (other !== undefined && !found.has(other)) found.set(other, { list: target, object: other });
  }
  return [...found.values()];
}
