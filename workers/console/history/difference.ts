import { OBJECT_LISTS } from '../../../shared/authoring/source/lists.ts';
import type { Item, Source } from '../../../shared/authoring/source/source.ts';
import type { Difference } from '../../../shared/contracts/history.ts';
import { pointerOf } from '../configuration/mistakes.ts';
import { itemsBeside, keyOfItem } from '../configuration/objects.ts';

type Field = Difference['fields'][number];

/** The differences of two configurations: every object that was added, removed or changed, and other fields of the file. */
export function differences(before: Source, after: Source): Difference[] {
  const lists = OBJECT_LISTS.flatMap((list): Difference[] => {
    const gone = itemsBeside(before.items[list], after.items[list]);
    const come = itemsBeside(after.items[list], before.items[list]);
    const old = new Map(gone.map((item) => [keyOfItem(list, item), item] as const));
    const now = new Map(come.map((item) => [keyOfItem(list, item), item] as const));
    const removed = [...old.keys()]
      .filter((key) => !now.has(key))
      .map((key) => ({ list, key, change: 'removed' as const, fields: [] }));
    const others = [...now].flatMap(([key, item]): Difference[] => {
      const previous = old.get(key);
      if (previous === undefined) return [{ list, key, change: 'added', fields: [] }];
      const fields = fieldsThatDiffer(previous, item);
      return fields.length === 0 ? [] : [{ list, key, change: 'changed', fields }];
    });
    return [...removed, ...others];
  });
  const rest = [...differing(before.rest, after.rest, [])];
  return rest.length === 0 ? lists : [...lists, { list: 'file', key: '', change: 'changed', fields: rest }];
}

function fieldsThatDiffer(before: Item, after: Item): Field[] {
  return before.text === after.text ? [] : [...differing(before.value, after.value, [])];
}

/** Goes into objects and lists. A list of named objects, such as origins, is compared by name. */
function* differing(before: unknown, after: unknown, path: readonly (string | number)[]): Generator<Field> {
  if (isFields(before) && isFields(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      yield* differing(own(before, key), own(after, key), [...path, key]);
  } else if (isNamedList(before) && isNamedList(after) && sameNames(before, after)) {
    for (const [index, item] of after.entries()) yield* differing(before[index], item, [...path, index]);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    yield {
      pointer: pointerOf(path),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
  }
}

function own(fields: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every((item) => isFields(item) && typeof item['name'] === 'string');
}

function sameNames(
  before: readonly Readonly<Record<string, unknown>>[],
  after: readonly Readonly<Record<string, unknown>>[],
): boolean {
  return (
    before.length === after.length && before.every((item, index) => item['name'] === after[index]?.['name'])
  );
}
