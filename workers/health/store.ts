import type { ConfigDocument } from '../../shared/config/config.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import { type Publication, UNPUBLISHED } from './publish.ts';
import type { OriginRecord } from './schedule.ts';

const RECORD = 'origin:';

/**
 * What outlives a restart or a redeployment, in the Durable Object's SQLite storage. Reading and writing are
 * synchronous there, so that nothing comes between them.
 */
export class Store {
  readonly #kv: SyncKvStorage;
  #records: Map<OriginId, OriginRecord> | undefined;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  /** Every origin's record; read from storage once, then kept in memory. */
  get records(): ReadonlyMap<OriginId, OriginRecord> {
    this.#records ??= new Map(
      [...this.#kv.list<OriginRecord>({ prefix: RECORD })].map(([key, record]) => [
        key.slice(RECORD.length) as OriginId,
        record,
      ]),
    );
    return this.#records;
  }

  /** Replaces all records; writes only those that differ. */
  replace(records: ReadonlyMap<OriginId, OriginRecord>): void {
    const old = this.records;
    for (const id of old.keys()) if (!records.has(id)) this.#kv.delete(RECORD + id);
    for (const [id, record] of records) if (old.get(id) !== record) this.#kv.put(RECORD + id, record);
    this.#records = new Map(records);
  }

  put(id: OriginId, record: OriginRecord): void {
    this.replace(new Map(this.records).set(id, record));
  }

  get publication(): Publication {
    return this.#kv.get<Publication>('publication') ?? UNPUBLISHED;
  }

  set publication(publication: Publication) {
    this.#kv.put('publication', publication);
  }

  /** The last good configuration, for a start at which KV does not answer. */
  get config(): ConfigDocument | undefined {
    return this.#kv.get<ConfigDocument>('config');
  }

  set config(document: ConfigDocument) {
    this.#kv.put('config', document);
  }
}
