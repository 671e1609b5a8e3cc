import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Source } from '../../../shared/authoring/source/source.ts';
import type { ApiObject } from '../../../shared/contracts/history.ts';
import { type Ids, shownForm } from '../configuration/body.ts';
import { located } from '../configuration/located.ts';
import { poolResolver } from '../configuration/neighbourhood.ts';
import { keyOfItem } from '../configuration/objects.ts';
import type { ApiIds } from './api_ids.ts';
import { etagOfItem } from './preconditions.ts';

/** The objects of one version of the configuration, with their ids in the API. */
export class ApiObjects {
  readonly #source: Source;
  readonly #records: ApiIds;
  /** What ids stand for in this version. */
  readonly ids: Ids;

  /** @param records that {@link ApiIds.follow} has brought up to date with `source` */
  constructor(source: Source, records: ApiIds) {
    this.#source = source;
    this.#records = records;
    const { items } = source;
    const resolve = poolResolver(items.pools);
    this.ids = {
      keyOf: (list, id) => records.keyOf(list, items[list], id),
      idOf: (list, name) => {
        const key = list === 'pools' ? resolve(name) : name;
        const id = records.record(list, key)?.id;
        // Records of removed objects stay, so a record alone does not show that there is an object.
        return id !== undefined && records.keyOf(list, items[list], id) === key ? id : undefined;
      },
    };
  }

  /** The objects of a list with the names that the file has for references. */
  written(list: ObjectList): ApiObject[] {
    return this.#source.items[list].map((_, index) => this.#object(list, index));
  }

  /** The objects of a list as the API shows them: with ids for references. */
  shown(list: ObjectList): ApiObject[] {
    return this.written(list).map((object) => this.#shown(list, object));
  }

  /** One of {@link shown}. @throws {Refusal} 404 */
  shownOne(list: ObjectList, id: string): ApiObject {
    return this.#shown(list, this.#object(list, located(this.#source, list, id, this.ids).index));
  }

  #shown(list: ObjectList, object: ApiObject): ApiObject {
    return { ...object, value: shownForm(list, object.value, this.ids) };
  }

  #object(list: ObjectList, index: number): ApiObject {
    const item = this.#source.items[list][index];
    if (item === undefined) throw new Error(`there is no object ${index} in ${list}`);
    const key = keyOfItem(list, item);
    const record = this.#records.record(list, key);
    if (record === undefined) throw new Error(`${list} ${key} has no record`);
    return {
      id: record.id,
      key,
      value: item.value,
      created_on: new Date(record.created_on).toISOString(),
      modified_on: new Date(record.modified_on).toISOString(),
      etag: etagOfItem(item),
    };
  }
}
