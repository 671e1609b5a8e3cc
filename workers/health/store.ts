import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { Status } from './judge/status.ts';
import { type Publication, UNPUBLISHED } from './publish/publication.ts';
import type { Link } from './schedule/regions.ts';
import type { StoredConfig } from './stored_config.ts';
import { StoredMap } from './stored_map.ts';

/** The coordinator's storage, apart from the records of its own prober. */
export class Store {
  readonly #kv: SyncKvStorage;
  readonly statuses: StoredMap<OriginId, Status>;
  readonly links: StoredMap<LocationHint, Link>;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
    this.statuses = new StoredMap(kv, 'status:');
    this.links = new StoredMap(kv, 'region:');
  }

  get publication(): Publication {
    return this.#kv.get<Publication>('publication') ?? UNPUBLISHED;
  }

  set publication(publication: Publication) {
    this.#kv.put('publication', publication);
  }

  /** The last good configuration, used when KV does not answer at a start. */
  get config(): StoredConfig | undefined {
    return this.#kv.get<StoredConfig>('configuration');
  }

  set config(config: StoredConfig) {
    this.#kv.put('configuration', config);
    this.#kv.delete('config');
  }

  /** As versions before heads and bodies stored it. */
  get old_config(): ConfigDocument | undefined {
    return this.#kv.get<ConfigDocument>('config');
  }
}
