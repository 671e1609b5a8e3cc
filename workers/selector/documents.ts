import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { Question } from '../../shared/contracts/selection.ts';
import { IsolateDocuments } from '../../shared/documents/isolate_documents.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { Env } from './env.ts';

/** The least time between two looks while a gateway holds a newer document than we do. */
const OVERTAKEN_MS = 1_000;

/** The versions of the documents that a gateway holds. */
type Newest = Pick<Question, 'config_version' | 'health_version'>;

/** The configuration and the health document in this isolate's memory. See {@link IsolateDocuments}. */
export class Documents {
  readonly #held: IsolateDocuments<ConfigDocument>;
  readonly #bundled: ConfigDocument;

  /**
   * @param now milliseconds since the epoch
   * @param wait_ms the longest that a question waits for KV, in a cold isolate or after an idle pause
   */
  constructor(env: Env, bundled: ConfigDocument, now: () => number, wait_ms?: number) {
    const as_published = (document: ConfigDocument) => document;
    this.#held = new IsolateDocuments(env, now, { prepare: as_published, documentOf: as_published }, wait_ms);
    this.#bundled = bundled;
  }

  /** The health document. Undefined: every origin's state is unknown. */
  get health(): HealthDocument | undefined {
    return this.#held.health.current;
  }

  /** Gives the configuration, and refreshes in the background (`ctx.waitUntil`) what is due. */
  async config(newest: Newest, background: (work: Promise<unknown>) => void): Promise<ConfigDocument> {
    // The gateway has looked for itself after an idle pause. Documents that it holds in the same versions are recent.
    const { config: held, health } = this.#held;
    const same =
      newest.config_version === held.current?.version &&
      newest.health_version === (health.current?.version ?? 0);
    if (!same) await this.#held.look(background);
    // A cold isolate has nothing yet if its reads failed or take too long.
    held.offer(this.#bundled);
    const config = held.current ?? this.#bundled;
    this.#held.refresh(
      background,
      newest.config_version > config.version ? OVERTAKEN_MS : undefined,
      newest.health_version > (this.health?.version ?? 0) ? OVERTAKEN_MS : undefined,
    );
    return config;
  }
}
