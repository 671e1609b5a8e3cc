import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import { type Publication, UNPUBLISHED } from './publish.ts';
import type { Link } from './regions.ts';
import type { Status } from './status.ts';
import { Shelf } from './stored_map.ts';

/** What the coordinator keeps beside its own probes. */
export class Store {
  readonly #kv: SyncKvStorage;
  readonly statuses: Shelf<OriginId, Status>;
  readonly links: Shelf<LocationHint, Link>;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
    this.statuses = new Shelf(kv, 'status:');
    this.links = new Shelf(kv, 'region:');
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
