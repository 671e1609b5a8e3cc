import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { Question } from '../../shared/contracts/selection.ts';
import { dataCentreOf } from '../../shared/documents/data_centre.ts';
import { AS_PUBLISHED, type Defer, IsolateDocuments } from '../../shared/documents/isolate_documents.ts';
import { Reader } from '../../shared/documents/reader.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { Env } from './env.ts';
import { SAME_MS } from './paces.ts';

/** The least time between two looks while a gateway holds a newer version of a document than we do. */
const OVERTAKEN_MS = 1_000;
/** The same while it holds an older version and no newer one. It may have no source of its own, or have found health to be silent. */
const AHEAD_MS = 5_000;
/** The longest that a question waits for a look in an isolate that is not cold: half of the gateway's deadline of 50 ms. */
const WARM_WAIT_MS = 25;

/** The versions of the documents that a gateway holds. */
type Newest = Pick<Question, 'config_version' | 'health_version'>;

/** The configuration and the health document in this isolate's memory. See {@link IsolateDocuments}. */
export class Documents {
  readonly #held: IsolateDocuments<ConfigDocument>;
  readonly #bundled: ConfigDocument;

  /** @param now milliseconds since the epoch */
  constructor(env: Env, bundled: ConfigDocument, now: () => number) {
    const centre = dataCentreOf(env, () => caches.default, now);
    this.#held = new IsolateDocuments(new Reader(env, centre, now), now, AS_PUBLISHED);
    this.#bundled = bundled;
  }

  /** The health document. Undefined: every origin's state is unknown. */
  get health(): HealthDocument | undefined {
    return this.#held.health.current;
  }

  /**
   * Gives the configuration. The gateway looks at the sources every few seconds, so we look only if it holds other versions, and
   * answer when we have looked. A look that takes longer than {@link WARM_WAIT_MS} goes on in the background (`ctx.waitUntil`).
   */
  async config(newest: Newest, defer: Defer): Promise<ConfigDocument> {
    const held = this.#held;
    const after_ms = this.#lookAgainAfter(newest);
    if (after_ms < SAME_MS)
      await held.look(defer, held.config === undefined ? undefined : WARM_WAIT_MS, after_ms);
    const config = held.config ?? (await held.cold(this.#bundled, defer));
    held.refresh(defer, this.#lookAgainAfter(newest));
    return config;
  }

  #lookAgainAfter({ config_version, health_version }: Newest): number {
    const config_ahead = config_version - (this.#held.config?.version ?? -1);
    const health_ahead = health_version - (this.health?.version ?? 0);
    if (config_ahead > 0 || health_ahead > 0) return OVERTAKEN_MS;
    return config_ahead === 0 && health_ahead === 0 ? SAME_MS : AHEAD_MS;
  }
}
