import { OBJECT_LISTS, type ObjectList } from '../../../shared/authoring/source/lists.ts';
import type { Item, Source } from '../../../shared/authoring/source/source.ts';
import { keyOfItem, positions } from '../configuration/objects.ts';

/** What the API knows of an object beside its value. Times are milliseconds since the epoch. */
export interface ApiRecord {
  id: string;
  created_on: number;
  modified_on: number;
}

type Row = { list: string; key: string; id: string; created_on: number; modified_on: number };

const ID = /^[0-9a-f]{32}$/;

/**
 * The ids that the API gives to objects, and when each was created and changed. An object is known by its name. A record stays when
 * its object is removed or renamed, so that a roll back restores the id that Terraform knows.
 */
export class ApiIds {
  readonly #sql: SqlStorage;
  readonly #newId: () => string;
  /** All records, by list and key. A copy of the table, which only this class writes. */
  readonly #records: Record<ObjectList, Map<string, ApiRecord>>;
  /** Positions by id, for each list of items that was asked about. */
  #keys = new WeakMap<readonly Item[], ReadonlyMap<string, string>>();

  /** @param newId gives 32 random hex digits */
  constructor(sql: SqlStorage, newId: () => string) {
    this.#sql = sql;
    this.#newId = newId;
    sql.exec(`CREATE TABLE IF NOT EXISTS objects (
      list TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, created_on INTEGER NOT NULL, modified_on INTEGER NOT NULL,
      PRIMARY KEY (list, key))`);
    this.#records = {
      load_balancers: new Map(),
      pools: new Map(),
      monitors: new Map(),
      monitor_groups: new Map(),
    };
    this.reload();
  }

  /** Reads the table again, after a transaction that was rolled back. */
  reload(): void {
    for (const list of OBJECT_LISTS) this.#records[list].clear();
    this.#keys = new WeakMap();
    for (const { list, key, ...record } of this.#sql.exec<Row>('SELECT * FROM objects'))
      this.#records[list as ObjectList]?.set(key, record);
  }

  record(list: ObjectList, key: string): ApiRecord | undefined {
    return this.#records[list].get(key);
  }

  /** The key of the object of this list that has the id now. */
  keyOf(list: ObjectList, items: readonly Item[], id: string): string | undefined {
    let keys = this.#keys.get(items);
    if (keys === undefined) {
      keys = new Map(
        items.flatMap((item) => {
          const key = keyOfItem(list, item);
          const known = this.#records[list].get(key);
          return known === undefined ? [] : [[known.id, key] as const];
        }),
      );
      this.#keys.set(items, keys);
    }
    return keys.get(id);
  }

  /**
   * Brings the records up to date after a change.
   * @param created the object that a request created: it gets this id even if there was one of that name before
   * @param renamed the object that a request renamed: it keeps its id
   * @param now milliseconds since the epoch
   */
  follow(
    before: Source | undefined,
    after: Source,
    now: number,
    created?: { list: ObjectList; key: string; id: string },
    renamed?: { list: ObjectList; from: string; to: string },
  ): void {
    for (const list of OBJECT_LISTS) {
      const old = before?.items[list] ?? [];
      const items = after.items[list];
      if (old === items) continue;
      const unchanged = new Set(old);
      const old_positions = positions(list, old);
      const used = this.#holders(list, items, old_positions);
      for (const item of items) {
        if (unchanged.has(item)) continue;
        const key = keyOfItem(list, item);
        const known = this.#records[list].get(key);
        const was = old[old_positions.get(key) ?? -1];
        if (known !== undefined && was?.text === item.text && used.get(known.id) === key) continue;
        const record =
          created?.list === list && created.key === key
            ? { id: created.id, created_on: now }
            : renamed?.list === list && renamed.to === key
              ? (this.#records[list].get(renamed.from) ?? this.#fresh(item, now))
              : (known ?? this.#fresh(item, now));
        const taken = (used.get(record.id) ?? key) !== key;
        const { id, created_on } = taken ? { id: this.#newId(), created_on: now } : record;
        used.set(id, key);
        // A clock that was set back does not make an object older than it is.
        this.#write(list, key, { id, created_on, modified_on: Math.max(now, created_on) });
      }
    }
    this.#keys = new WeakMap();
  }

  /**
   * The key of the object that has each id. Two objects can claim one id: after a rename, when the file or a roll back uses the old
   * name again. The object that was there before keeps it.
   */
  #holders(
    list: ObjectList,
    items: readonly Item[],
    before: ReadonlyMap<string, number>,
  ): Map<string, string> {
    const holders = new Map<string, string>();
    for (const item of items) {
      const key = keyOfItem(list, item);
      const id = this.#records[list].get(key)?.id;
      if (id !== undefined && (before.has(key) || !holders.has(id))) holders.set(id, key);
    }
    return holders;
  }

  /** A file may come from Cloudflare's API. Its ids stay, so that Terraform's state stays right. */
  #fresh({ value }: Item, now: number): Pick<ApiRecord, 'id' | 'created_on'> {
    const id = typeof value['id'] === 'string' && ID.test(value['id']) ? value['id'] : this.#newId();
    return { id, created_on: now };
  }

  #write(list: ObjectList, key: string, record: ApiRecord): void {
    this.#records[list].set(key, record);
    this.#sql.exec(
      'INSERT OR REPLACE INTO objects (list, key, id, created_on, modified_on) VALUES (?, ?, ?, ?, ?)',
      ...[list, key, record.id, record.created_on, record.modified_on],
    );
  }
}
