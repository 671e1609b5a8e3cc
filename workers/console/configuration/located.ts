import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Item, Source } from '../../../shared/authoring/source/source.ts';
import { CODES, Refusal } from '../refusal.ts';
import type { Ids } from './body.ts';
import { KIND, positions } from './objects.ts';

/** An object of a configuration and where it stands. */
export interface Located {
  /** In its list. */
  index: number;
  item: Item;
  /** Its name in the data plane. */
  key: string;
}

/** Finds an object by its API id. @throws {Refusal} 404 */
export function located(source: Source, list: ObjectList, id: string, ids: Ids): Located {
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
