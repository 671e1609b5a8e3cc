import type { Profile } from '../../../shared/authoring/normalise.ts';
import type { PublicationInfo, VersionInfo, Written } from '../../../shared/contracts/history.ts';
import type { PublishedScript } from '../../../shared/contracts/scripts.ts';
import { within } from '../../../shared/time/within.ts';
import { Refusal } from '../refusal.ts';
import type { Command, Signed } from '../rpc.ts';
import { Alarm } from './alarm.ts';
import type { Audit } from './audit.ts';
import { detailOf } from './detail.ts';
import type { Entry, Ledger } from './ledger.ts';
import { conflict, outsideText, unreachable } from './outside.ts';
import type { Publisher } from './publisher.ts';
import { missingScripts, publishScript } from './scripts.ts';

/** KV is read at most this often to see whether somebody else wrote to it. */
const LOOK_MS = 5_000;
/** A drain must not wait until a KV that hangs is given up. */
const BRIEFLY_MS = 200;
/** Pauses after failed publications. The last one repeats. */
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** What changes work with. */
export interface ChangesIo {
  storage: Pick<DurableObjectStorage, 'transactionSync' | 'setAlarm'>;
  ledger: Ledger;
  publisher: Publisher;
  audit: Audit;
  kv: KVNamespace | undefined;
  profile: Profile;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Changes of the configuration and their way to KV. A change, its row in the audit and the alarm that publishes it are stored in one
 * transaction, so nothing that was acknowledged is lost in a restart.
 */
export class Changes {
  readonly #io: ChangesIo;
  #failures = 0;
  readonly #alarm: Alarm;
  #publishing = false;

  constructor(io: ChangesIo) {
    this.#io = io;
    this.#alarm = new Alarm(io.storage, io.now);
  }

  /** @throws {Refusal} as {@link Ledger.write} */
  async write(command: Command, signed: Signed, what: string): Promise<Written> {
    const { ledger, publisher, kv } = this.#io;
    // Versions continue above those of KV. A file waits as long as a look takes, because its writer wants to hear of what others wrote.
    const is_file = ledger.newest === undefined || command.do === 'source';
    const look = publisher.look(LOOK_MS);
    await (is_file ? look : within(BRIEFLY_MS, look)).catch(() => undefined);
    const written = this.#stored(signed, what, () => ledger.write(command, signed));
    const text = command.do === 'source' ? command.source : JSON.stringify(command);
    const missing =
      written.changed && text.includes('script:') ? await missingScripts(kv, text).catch(() => []) : [];
    return { ...written, notes: [...written.notes, ...missing] };
  }

  /** Keeps a version for ever, or no longer. @throws {Refusal} 404 */
  pin(version: number, pinned: boolean, signed: Signed, what: string): VersionInfo {
    const { ledger, storage } = this.#io;
    return storage.transactionSync(() => {
      const info = ledger.pin(version, pinned);
      this.#note(signed, what, `version ${version} ${pinned ? 'pinned' : 'no longer pinned'}`, null, null);
      return info;
    });
  }

  /** What KV has. If KV does not answer, this is what was known last. */
  async publication(): Promise<PublicationInfo> {
    const { ledger, publisher } = this.#io;
    await publisher.look(LOOK_MS).catch(() => undefined);
    const info = publisher.info(ledger.newest);
    // The alarm may be lost when workerd is killed: it keeps alarms apart from the object's database.
    if (!info.published && info.outside === null && !this.#publishing && !this.#alarm.isSet)
      this.#alarm.setAt(publisher.allowedAt(0));
    return info;
  }

  /**
   * Ends a state in which somebody else wrote to KV.
   * @param seen the document that the operator saw in KV, by its hash; undefined: whichever is there
   * @throws {Refusal} 409 if there is nothing to adopt or to overwrite, or another document than the operator saw; 400 if what they wrote is not valid, 503 if KV fails
   */
  async settle(
    action: 'adopt' | 'overwrite',
    seen: string | undefined,
    signed: Signed,
    what: string,
  ): Promise<Written> {
    const { ledger, publisher, kv, profile } = this.#io;
    await publisher.look().catch((error: unknown) => {
      throw unreachable(error);
    });
    const { outside } = publisher;
    if (outside === undefined)
      throw conflict('nobody wrote to KV from outside, so there is nothing to adopt or to overwrite');
    if (seen !== undefined && seen !== outside.hash)
      throw conflict(
        `KV holds the document ${outside.hash} of version ${outside.version} by now, and no longer ${seen}: look at it, then repeat your request`,
      );
    if (action === 'overwrite' && ledger.newest === undefined)
      throw conflict('there is no version to overwrite it with: adopt it, or publish a file first');
    const text = action === 'adopt' ? await outsideText(kv, outside, profile) : undefined;
    // A look of the alarm may have found another document while the text was read.
    if (publisher.outside?.hash !== outside.hash)
      throw conflict('KV was changed again from outside: look at it, then repeat your request');
    const comment = `${action}s version ${outside.version}, which was written to KV from outside`;
    const way = action === 'adopt' ? ('adopt' as const) : signed.way;
    return this.#stored(signed, what, () => {
      // An adopted configuration is in force already, so it is not refused because of what it leaves unusable.
      const entry = ledger.restate(text, { comment, ...signed, way, force: true });
      publisher.acknowledge();
      return entry;
    });
  }

  /** Stores a strategy script. @throws {Refusal} 503 if KV fails */
  async publishScript(name: string, source: string, signed: Signed, what: string): Promise<PublishedScript> {
    const { kv, now } = this.#io;
    if (kv === undefined) throw unreachable('KV is not bound');
    const script = await publishScript(kv, name, source, now()).catch((error: unknown) => {
      throw unreachable(error);
    });
    const detail = `script ${name} ${script.changed ? `is ${script.hash}` : 'did not change'}`;
    this.#note(signed, what, detail, null, null);
    return script;
  }

  /** Publishes the newest version. The object's alarm calls it; a stored alarm survives a restart. Never rejects. */
  async publish(): Promise<void> {
    this.#alarm.came();
    this.#publishing = true;
    try {
      await this.#publishNewest();
    } finally {
      this.#publishing = false;
    }
  }

  async #publishNewest(): Promise<void> {
    const { ledger, publisher, now } = this.#io;
    const { newest, source } = ledger;
    if (newest === undefined || publisher.info(newest).published) return;
    const allowed_at = publisher.allowedAt(newest.size_bytes);
    if (allowed_at > now()) return this.#alarm.setAt(allowed_at);
    try {
      const through = await publisher.publish(source, newest);
      this.#failures = 0;
      // What somebody else wrote waits for an operator.
      if (through && ledger.newest !== newest) this.#alarm.setAt(publisher.allowedAt(newest.size_bytes));
    } catch (error) {
      publisher.failed(error);
      console.error(`console: version ${newest.version} is not published yet: ${String(error)}`);
      const pause_ms = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? 0;
      this.#alarm.setAt(now() + pause_ms);
    }
  }

  #stored(signed: Signed, what: string, change: () => Entry): Written {
    const { storage, ledger, publisher } = this.#io;
    try {
      return storage.transactionSync(() => {
        const { before, differences, ...entry } = change();
        const { changed, version } = entry;
        this.#note(
          signed,
          what,
          changed ? detailOf(differences) : 'nothing changed',
          before,
          version.version,
        );
        if (changed) this.#alarm.setAt(publisher.allowedAt(version.size_bytes));
        return { ...entry, publication: publisher.info(version) };
      });
    } catch (error) {
      // A refusal comes before anything was changed. After any other error the transaction was rolled back, and memory follows.
      if (!(error instanceof Refusal)) ledger.reload();
      throw error;
    }
  }

  #note(
    { principal, from }: Signed,
    what: string,
    detail: string,
    before: number | null,
    after: number | null,
  ): void {
    const { audit, now } = this.#io;
    audit.note(
      { author: principal.author, from, what, status: 200, before, after, detail, refused: null },
      now(),
    );
  }
}
