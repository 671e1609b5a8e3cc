import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Item } from '../../../shared/authoring/source/source.ts';
import { canonicalHost, canonicalPath } from '../../../shared/http/host.ts';
import { CODES, Refusal } from '../refusal.ts';
import { pointerOf } from './mistakes.ts';
import { KIND, keyOf } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How many items of a list have each name. */
type Names = ReadonlyMap<string, number>;

const NAMES = new WeakMap<readonly Item[], Names>();

/**
 * Checks that no other object has a name of this one. Pools are referred to by id and by name, so both must be unique. Load balancers
 * have an id, and a host with a path that only one of them can serve.
 * @param items the list, with the object in it if it is not new
 * @param before the object before the change; undefined: it is new
 * @throws {Refusal} 409, which clients must not repeat
 */
export function assertUnique(
  list: ObjectList,
  items: readonly Item[],
  value: Fields,
  before: Item | undefined,
): void {
  // A body without a name has its own error. Monitors and groups have ids only, which the API makes.
  if (typeof value['name'] !== 'string' || (list !== 'pools' && list !== 'load_balancers')) return;
  const own = before === undefined ? NOTHING : namesOf(list, before.value);
  const taken = namesIn(list, items);
  const clash = [...namesOf(list, value)].find((name) => (taken.get(name) ?? 0) > (own.has(name) ? 1 : 0));
  if (clash === undefined) return;
  throw new Refusal(
    409,
    [
      {
        code: CODES.not_unique,
        message: `name "${clash.replace(SERVES, '')}" is taken by another ${KIND[list]}: value not unique`,
        pointer: pointerOf(['name']),
      },
    ],
    { 'x-should-retry': 'false' },
  );
}

const NOTHING: ReadonlySet<string> = new Set();
/** Tells a host with its path from an id of the same letters. */
const SERVES = 'serves ';

function namesOf(list: 'pools' | 'load_balancers', value: Fields): ReadonlySet<string> {
  const { name, path } = value;
  const key = keyOf(list, value);
  return new Set(
    list === 'pools'
      ? [key, String(name)]
      : [
          key,
          `${SERVES}${canonicalHost(String(name))}${canonicalPath(typeof path === 'string' ? path : '/')}`,
        ],
  );
}

function namesIn(list: 'pools' | 'load_balancers', items: readonly Item[]): Names {
  const known = NAMES.get(items);
  if (known !== undefined) return known;
  const names = new Map<string, number>();
  for (const item of items)
    for (const name of namesOfItem(list, item)) names.set(name, (names.get(name) ?? 0) + 1);
  NAMES.set(items, names);
  return names;
}

const NAMES_OF_ITEM = new WeakMap<Item, ReadonlySet<string>>();

function namesOfItem(list: 'pools' | 'load_balancers', item: Item): ReadonlySet<string> {
  const known = NAMES_OF_ITEM.get(item);
  if (known !== undefined) return known;
  const names = namesOf(list, item.value);
  NAMES_OF_ITEM.set(item, names);
  return names;
}
