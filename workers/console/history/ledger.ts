import type { Profile } from '../../../shared/authoring/normalise.ts';
import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import {
  emptySource,
  printSource,
  readSource,
  type Source,
} from '../../../shared/authoring/source/source.ts';
import type { ApiObject, Difference, VersionInfo } from '../../../shared/contracts/history.ts';
import {
  type Context,
  change,
  create,
  located,
  mergeAll,
  type Next,
  operate,
  remove,
  takeFile,
} from '../configuration/apply.ts';
import { type Ids, shownForm } from '../configuration/body.ts';
import { poolResolver } from '../configuration/neighbourhood.ts';
import { keyOfItem } from '../configuration/objects.ts';
import { stateChanges } from '../configuration/states.ts';
import { CODES, Refusal } from '../refusal.ts';
import type { Command, Signed, Written } from '../rpc.ts';
import { ApiIds } from './api_ids.ts';
import { differences } from './difference.ts';
import { assertFresh, etagOfItem, etagOfVersion } from './preconditions.ts';
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

  constructor(sql: SqlStorage, io: LedgerIo) {
    this.#io = io;
    this.#versions = new Versions(sql);
    this.#records = new ApiIds(sql, io.newId);
    this.reload();
  }

  /** Reads the database again, at a start and after a transaction that was rolled back. */
  reload(): void {
    this.#newest = this.#versions.newest();
    const text = this.#newest && this.#versions.source(this.#newest.version);
    this.#source = text === undefined ? emptySource() : readSource(text);
    this.#records.reload();
  }

  /** Undefined: nothing was ever written. */
  get newest(): VersionInfo | undefined {
    return this.#newest;
  }

  get source(): Source {
    return this.#source;
  }

  /** The objects of a list with the names that the file has for references. */
  objects(list: ObjectList): ApiObject[] {
    return this.#source.items[list].map((_, index) => this.#object(list, index));
  }

  /** The objects of a list as the API shows them: with ids for references. */
  shown(list: ObjectList): ApiObject[] {
    const ids = this.#ids;
    return this.#source.items[list].map((_, index) => this.#shown(list, index, ids));
  }

  /** @throws {Refusal} 404 */
  shownOne(list: ObjectList, id: string): ApiObject {
    return this.#shown(list, located(this.#source, list, id, this.#ids).index);
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
    const source = this.#source;
    const context = this.#context(signed);
    switch (command.do) {
      case 'create':
        return this.#commit(create(source, command.list, command.body, context), signed);
      case 'replace':
      case 'merge': {
        const { list, id, body } = command;
        this.#assertFresh(list, id, command.if_match);
        return this.#commit(change(source, list, id, body, command.do, context), signed);
      }
      case 'remove': {
        const { list, id } = command;
        this.#assertFresh(list, id, command.if_match);
        const object = this.shownOne(list, id);
        return { ...this.#commit(remove(source, list, id, context.ids), signed), object };
      }
      case 'merge_all': {
        const entry = this.#commit(mergeAll(source, command.list, command.body, context), signed);
        return { ...entry, objects: this.shown(command.list) };
      }
      case 'source':
        this.#assertNewest(command.if_match);
        return this.#commit(takeFile(command.source, context), signed);
      case 'rollback': {
        this.#assertNewest(command.if_match);
        const comment = signed.comment ?? `back to version ${command.version}`;
        return this.#commit(takeFile(this.text(command.version), context), { ...signed, comment });
      }
      case 'operate':
        return this.#commit(operate(source, command.changes, context), signed);
    }
  }

  /** Writes a file as a version even if it equals the newest one, because KV has another. @throws {Refusal} 400 or 413 */
  restate(text: string | undefined, signed: Signed): Entry {
    const next =
      text === undefined ? { source: this.#source, notes: [] } : takeFile(text, this.#context(signed));
    return this.#commit(next, signed, true);
  }

  #commit(next: Next, signed: Signed, always = false): Entry {
    const before = this.#source;
    const parent = this.#newest;
    const { object, created_id, renamed_from, notes } = next;
    const text = printSource(next.source);
    const hash = sha256(text);
    if (!always && parent?.hash === hash)
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
      hash,
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
    const known = object && id !== undefined && this.#ids.keyOf(object.list, id) !== undefined;
    return { version, ...(known ? { object: this.shownOne(object.list, id) } : {}) };
  }

  #context({ force }: Pick<Signed, 'force'>): Context {
    const { profile, newId } = this.#io;
    return { profile, newId, force: force ?? false, ids: this.#ids };
  }

  /** Ids as they are now. */
  get #ids(): Ids {
    const { items } = this.#source;
    const resolve = poolResolver(items.pools);
    return {
      keyOf: (list, id) => this.#records.keyOf(list, items[list], id),
      idOf: (list, name) => {
        const key = list === 'pools' ? resolve(name) : name;
        const id = this.#records.record(list, key)?.id;
        // Records of removed objects stay, but they are no objects.
        return id !== undefined && this.#records.keyOf(list, items[list], id) === key ? id : undefined;
      },
    };
  }

  #assertFresh(list: ObjectList, id: string, if_match: string | undefined): void {
    const { item } = located(this.#source, list, id, this.#ids);
    assertFresh(if_match, etagOfItem(item), this.#newest);
  }

  #assertNewest(if_match: string | undefined): void {
    assertFresh(if_match, etagOfVersion(this.#newest), this.#newest);
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

  #shown(list: ObjectList, index: number, ids: Ids = this.#ids): ApiObject {
    const object = this.#object(list, index);
    return { ...object, value: shownForm(list, object.value, ids) };
  }
}

function noVersion(version: number): Refusal {
  const message = `there is no version ${version}; \`lb config history\` lists those that are kept`;
  return new Refusal(404, [{ code: CODES.not_found, message }]);
}
