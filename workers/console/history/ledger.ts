import type { Profile } from '../../../shared/authoring/normalise.ts';
import {
  emptySource,
  printSource,
  readSource,
  type Source,
} from '../../../shared/authoring/source/source.ts';
import type { Difference, VersionInfo } from '../../../shared/contracts/history.ts';
import type { Context, Next } from '../configuration/apply.ts';
import { stateChanges } from '../configuration/states.ts';
import { takeFile } from '../configuration/take_file.ts';
import { noVersion } from '../no_version.ts';
import type { Command, Signed, Written } from '../rpc.ts';
import { ApiIds } from './api_ids.ts';
import { ApiObjects } from './api_objects.ts';
import { differences } from './difference.ts';
import { nextOf } from './next_of.ts';
import { assertFresh } from './preconditions.ts';
import { sha256, Versions } from './versions.ts';

/** The result of a change, before KV knows of it. */
export type Entry = Omit<Written, 'publication'> & {
  before: number | null;
  differences: readonly Difference[];
};

/** What the ledger needs beside its database. */
export interface LedgerIo {
  profile: Profile;
  /** Milliseconds since the epoch. */
  now(): number;
  /** 32 random hex digits. */
  newId(): string;
  /** New versions are above this one. */
  floor(): number;
}

/** The configuration with all its versions. Every method is synchronous, so nothing comes between a look at it and its change. */
export class Ledger {
  readonly #io: LedgerIo;
  readonly #versions: Versions;
  readonly #records: ApiIds;
  /** The newest version, parsed: a copy of what the database holds, replaced by each change. */
  #source: Source = emptySource();
  #newest: VersionInfo | undefined;
  #objects: ApiObjects;

  constructor(sql: SqlStorage, io: LedgerIo) {
    this.#io = io;
    this.#versions = new Versions(sql);
    this.#records = new ApiIds(sql, io.newId);
    this.#objects = new ApiObjects(this.#source, this.#records);
    this.reload();
  }

  /** Reads the database again, at a start and after a transaction that was rolled back. */
  reload(): void {
    this.#newest = this.#versions.newest();
    const text = this.#newest && this.#versions.source(this.#newest.version);
    this.#source = text === undefined ? emptySource() : readSource(text);
    this.#records.reload();
    this.#objects = new ApiObjects(this.#source, this.#records);
  }

  /** Undefined: nothing was ever written. */
  get newest(): VersionInfo | undefined {
    return this.#newest;
  }

  get source(): Source {
    return this.#source;
  }

  /** The objects of the newest version. */
  get objects(): ApiObjects {
    return this.#objects;
  }

  /** Versions, newest first. @param before only versions below this one */
  versions(limit: number, before?: number): VersionInfo[] {
    return this.#versions.list(limit, before);
  }

  info(version: number): VersionInfo | undefined {
    return this.#versions.info(version);
  }

  /** Keeps a version for ever, or no longer. @throws {Refusal} 404 */
  pin(version: number, pinned: boolean): VersionInfo {
    const info = this.#versions.pin(version, pinned);
    if (info === undefined) throw noVersion(version);
    return info;
  }

  /** The source of a version. @throws {Refusal} 404 */
  text(version: number): string {
    const text = this.#versions.source(version);
    if (text !== undefined) return text;
    throw noVersion(version);
  }

  /** @throws {Refusal} 404 */
  diff(from: number, to: number): Difference[] {
    return differences(readSource(this.text(from)), readSource(this.text(to)));
  }

  /**
   * Makes a change. It has to run in a transaction; if that is rolled back, call {@link reload}.
   * @throws {Refusal} 400, 404, 409, 412 or 413. Nothing has changed then
   */
  write(command: Command, signed: Signed): Entry {
    assertFresh(command, this.#source, this.#objects.ids, this.#newest);
    // The answer shows a removed object as it was.
    const removed =
      command.do === 'remove' ? { object: this.#objects.shownOne(command.list, command.id) } : {};
    const context = this.#context(signed);
    const next = nextOf(command, this.#source, context, (version) => this.text(version));
    const way =
      command.do === 'rollback'
        ? { ...signed, comment: signed.comment ?? `back to version ${command.version}` }
        : signed;
    const entry = this.#commit(next, way);
    const all = command.do === 'merge_all' ? { objects: this.#objects.shown(command.list) } : {};
    return { ...entry, ...removed, ...all };
  }

  /** Writes a file as a version even if it equals the newest one, because KV has another. @throws {Refusal} 400 or 413 */
  restate(text: string | undefined, signed: Signed): Entry {
    const source = text === undefined ? this.#source : takeFile(text, this.#context(signed)).source;
    return this.#commit({ source, notes: [] }, signed, true);
  }

  #commit(next: Next, signed: Signed, always = false): Entry {
    const before = this.#source;
    const parent = this.#newest;
    const { object, created_id, renamed_from, notes } = next;
    const text = printSource(next.source);
    const source_hash = sha256(text);
    if (!always && parent?.source_hash === source_hash)
      return {
        ...this.#entry(parent, object),
        changed: false,
        before: parent.version,
        differences: [],
        notes,
        states: [],
      };
    const now = this.#io.now();
    const version = this.#versions.add({
      version: Math.max(parent?.version ?? 0, this.#io.floor()) + 1,
      at: now,
      author: signed.principal.author,
      way: signed.way,
      comment: signed.comment ?? '',
      parent: parent?.version ?? null,
      source: text,
      source_hash,
    });
    this.#versions.prune(now);
    const created = object && created_id !== undefined ? { ...object, id: created_id } : undefined;
    const renamed =
      object && renamed_from !== undefined
        ? { list: object.list, from: renamed_from, to: object.key }
        : undefined;
    this.#records.follow(parent === undefined ? undefined : before, next.source, now, created, renamed);
    this.#newest = version;
    this.#source = next.source;
    this.#objects = new ApiObjects(next.source, this.#records);
    return {
      ...this.#entry(version, object),
      changed: true,
      before: parent?.version ?? null,
      differences: differences(before, next.source),
      notes,
      states: stateChanges(before, next.source),
    };
  }

  #entry(version: VersionInfo, object: Next['object']): Pick<Entry, 'version' | 'object'> {
    const id = object && this.#records.record(object.list, object.key)?.id;
    // A removed object has no place any more.
    const known = object && id !== undefined && this.#objects.ids.keyOf(object.list, id) !== undefined;
    return { version, ...(known ? { object: this.#objects.shownOne(object.list, id) } : {}) };
  }

  #context({ force }: Pick<Signed, 'force'>): Context {
    const { profile, newId, now } = this.#io;
    return { profile, newId, now, force: force ?? false, ids: this.#objects.ids };
  }
}
