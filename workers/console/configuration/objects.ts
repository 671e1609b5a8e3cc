import { balancerId, poolId } from '../../../shared/authoring/ids.ts';
import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Item } from '../../../shared/authoring/source/source.ts';

// Objects of a configuration file, by the name that the data plane, SQL and `lb` use.

/** Names an object of a configuration file. */
export interface Place {
  list: ObjectList;
  key: string;
}

/** The word for an object of a list. */
export const KIND: Readonly<Record<ObjectList, string>> = {
  load_balancers: 'load balancer',
  pools: 'pool',
  monitors: 'monitor',
  monitor_groups: 'monitor group',
};

const KEYS = new WeakMap<Item, string>();
const INDEXES = new WeakMap<readonly Item[], ReadonlyMap<string, number>>();

/** The name of an object in the data plane: a pool's `id` or `name`, a load balancer's `id` or host and path, else `id`. */
export function keyOf(list: ObjectList, value: Readonly<Record<string, unknown>>): string {
  const { id, name, path } = value;
  const own = typeof id === 'string' ? id : undefined;
  if (list === 'monitors' || list === 'monitor_groups') return own ?? '';
  const named = { name: String(name ?? ''), ...(own === undefined ? {} : { id: own }) };
  return list === 'pools'
    ? poolId(named)
    : balancerId({ ...named, path: typeof path === 'string' ? path : '/' });
}

/** {@link keyOf} an item. It is computed once, because an item never changes. */
export function keyOfItem(list: ObjectList, item: Item): string {
  const known = KEYS.get(item);
  if (known !== undefined) return known;
  const key = keyOf(list, item.value);
  KEYS.set(item, key);
  return key;
}

/** The position of each object of a list, by its key. */
export function positions(list: ObjectList, items: readonly Item[]): ReadonlyMap<string, number> {
  const known = INDEXES.get(items);
  if (known !== undefined) return known;
  const index = new Map(items.map((item, position) => [keyOfItem(list, item), position] as const));
  INDEXES.set(items, index);
  return index;
}

/** The items that another list lacks. Items never change, so equal ones of two versions are mostly one and the same. */
export function itemsBeside(items: readonly Item[], others: readonly Item[]): readonly Item[] {
  if (items === others) return [];
  const known = new Set(others);
  return items.filter((item) => !known.has(item));
}
