import { referencesOf, withReferences } from '../../../shared/authoring/references/places.ts';
import { OBJECT_LISTS, type ObjectList } from '../../../shared/authoring/source/lists.ts';
import { type Source, withItem } from '../../../shared/authoring/source/source.ts';
import { CODES, Refusal } from '../refusal.ts';
import { poolResolver, referrers } from './neighbourhood.ts';
import { KIND, type Place } from './objects.ts';

const MOST_NAMED = 10;

/** @throws {Refusal} 412 with the names of everything that refers to an object */
export function assertUnreferenced(source: Source, place: Place): void {
  const names = [
    ...referrers(source, place).map(({ list, key }) => `${KIND[list]} ${key}`),
    ...notificationsOf(source, place).map((name) => `notification ${name}`),
  ];
  if (names.length === 0) return;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  const message = `This object is referenced by other objects, delete them first: ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
  throw new Refusal(412, [{ code: CODES.referenced, message, meta: { referrers: names } }]);
}

/**
 * Writes the new names of an object wherever others refer to it.
 * @param source in which the object has its new names already
 * @param renames old name to new name
 * @throws {Refusal} 412 if a notification names it, because notifications are changed in the file only
 */
export function withRenamed(source: Source, list: ObjectList, renames: ReadonlyMap<string, string>): Source {
  // Nothing refers to a load balancer.
  if (renames.size === 0 || list === 'load_balancers') return source;
  const notifications = [...renames.keys()].flatMap((key) => notificationsOf(source, { list, key }));
  if (notifications.length > 0) {
    const message = `notification ${notifications.join(', ')} names this pool; rename it in the configuration file, with \`lb publish\``;
    throw new Refusal(412, [{ code: CODES.referenced, message, pointer: '/name' }]);
  }
  let next = source;
  for (const kind of OBJECT_LISTS)
    for (const [index, { value }] of source.items[kind].entries()) {
      const renamed = withReferences(kind, value, (target, name) =>
        target === list ? (renames.get(name) ?? name) : name,
      );
      if (renamed !== value) next = withItem(next, kind, index, renamed);
    }
  return next;
}

function notificationsOf(source: Source, { list, key }: Place): string[] {
  const notifications: unknown = source.rest['notifications'];
  if (list !== 'pools' || !Array.isArray(notifications)) return [];
  const resolve = poolResolver(source.items.pools);
  return (notifications as unknown[]).flatMap((notification) => {
    const names = [...referencesOf('notifications', notification)].map(({ name }) => resolve(name));
    return names.includes(key) ? [String((notification as { name?: unknown }).name)] : [];
  });
}
