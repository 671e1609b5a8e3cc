import { DurableObject } from 'cloudflare:workers';
import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import { printSource } from '../../../shared/authoring/source/source.ts';
import type { TokenInfo } from '../../../shared/contracts/access.ts';
import type { Operator } from '../../../shared/contracts/control.ts';
import type {
  ApiObject,
  AuditRow,
  Difference,
  HeadInfo,
  PublicationInfo,
  VersionInfo,
  Written,
} from '../../../shared/contracts/history.ts';
import type { PublishedScript } from '../../../shared/contracts/scripts.ts';
import type { AuditNote, Credential, Doer, NewSession, NewToken, Verdict } from '../access/store.ts';
import { profileOf } from '../profile.ts';
import { type Outcome, outcomeOf } from '../refusal.ts';
import type { Command, HistoryRpc, Signed } from '../rpc.ts';
import { AccessTables } from './access_tables.ts';
import { Changes } from './changes.ts';
import { Ledger } from './ledger.ts';
import { etagOfVersion } from './preconditions.ts';
import { createPreviews, keepPreview, readPreview } from './previews.ts';
import { Publisher } from './publisher.ts';

/** The bindings that the object uses, of those of the console (env.ts). */
interface HistoryEnv {
  KV?: KVNamespace;
  OPERATOR?: Operator;
  LOCAL?: string;
}

/**
 * The console's Durable Object: the configuration with its history, tokens, sessions and the audit. There is one, and it is the only
 * writer of the configuration, so each change is compared with the newest version and stored before the next one is looked at.
 */
export class History extends DurableObject<HistoryEnv> implements HistoryRpc {
  readonly #ledger: Ledger;
  readonly #changes: Changes;
  readonly #access: AccessTables;

  constructor(ctx: DurableObjectState, env: HistoryEnv) {
    super(ctx, env);
    const { storage } = ctx;
    const { sql } = storage;
    const now = Date.now;
    const profile = profileOf(env);
    const kept = { kv: env.KV, operator: env.OPERATOR, sql, store: storage.kv };
    const publisher = new Publisher({ ...kept, profile, now });
    const newId = () => crypto.randomUUID().replaceAll('-', '');
    this.#access = new AccessTables(sql, now);
    createPreviews(sql);
    this.#ledger = new Ledger(sql, { profile, now, newId, floor: () => publisher.floor });
    const { audit } = this.#access;
    this.#changes = new Changes({
      storage,
      ledger: this.#ledger,
      publisher,
      audit,
      kv: env.KV,
      profile,
      now,
    });
  }

  override alarm(): Promise<void> {
    return this.#changes.publish();
  }

  async head(): Promise<HeadInfo> {
    const publication = await this.#changes.publication();
    const { newest, source } = this.#ledger;
    return {
      version: newest ?? null,
      source: newest === undefined ? '' : printSource(source),
      etag: etagOfVersion(newest),
      publication,
    };
  }

  async list(list: ObjectList): Promise<readonly ApiObject[]> {
    return this.#ledger.objects.written(list);
  }

  async everything(): Promise<Readonly<Record<ObjectList, readonly ApiObject[]>>> {
    return {
      load_balancers: this.#ledger.objects.written('load_balancers'),
      pools: this.#ledger.objects.written('pools'),
      monitors: this.#ledger.objects.written('monitors'),
      monitor_groups: this.#ledger.objects.written('monitor_groups'),
    };
  }

  async shown(list: ObjectList): Promise<string> {
    return JSON.stringify(this.#ledger.objects.shown(list));
  }

  shownOne(list: ObjectList, id: string): Promise<Outcome<ApiObject>> {
    return outcomeOf(() => this.#ledger.objects.shownOne(list, id));
  }

  write(command: Command, signed: Signed, what: string): Promise<Outcome<Written>> {
    return outcomeOf(() => this.#changes.write(command, signed, what));
  }

  async versions(limit: number, before?: number): Promise<readonly VersionInfo[]> {
    return this.#ledger.versions(limit, before);
  }

  async version(version: number): Promise<{ info: VersionInfo; source: string } | undefined> {
    const info = this.#ledger.info(version);
    return info && { info, source: this.#ledger.text(version) };
  }

  diff(from: number, to: number): Promise<Outcome<readonly Difference[]>> {
    return outcomeOf(() => this.#ledger.diff(from, to));
  }

  pin(version: number, pinned: boolean, signed: Signed, what: string): Promise<Outcome<VersionInfo>> {
    return outcomeOf(() => this.#changes.pin(version, pinned, signed, what));
  }

  publication(): Promise<PublicationInfo> {
    return this.#changes.publication();
  }

  settle(
    action: 'adopt' | 'overwrite',
    seen: string | undefined,
    signed: Signed,
    what: string,
  ): Promise<Outcome<Written>> {
    return outcomeOf(() => this.#changes.settle(action, seen, signed, what));
  }

  publishScript(
    name: string,
    source: string,
    signed: Signed,
    what: string,
  ): Promise<Outcome<PublishedScript>> {
    return outcomeOf(() => this.#changes.publishScript(name, source, signed, what));
  }

  async keepPreview(id: string, json: string, now: number): Promise<void> {
    keepPreview(this.ctx.storage.sql, id, json, now);
  }

  async preview(id: string, now: number): Promise<string | undefined> {
    return readPreview(this.ctx.storage.sql, id, now);
  }

  async authenticate(credential: Credential): Promise<Verdict> {
    return this.#access.authenticate(credential);
  }

  async tokens(): Promise<readonly TokenInfo[]> {
    return this.#access.tokens();
  }

  createToken(token: NewToken, doer: Doer): Promise<Outcome<TokenInfo>> {
    return outcomeOf(() => this.#access.createToken(token, doer));
  }

  revokeToken(id: string, doer: Doer): Promise<Outcome<TokenInfo>> {
    return outcomeOf(() => this.#access.revokeToken(id, doer));
  }

  async openSession(session: NewSession, from: string, what: string): Promise<Verdict> {
    return this.#access.openSession(session, from, what);
  }

  async closeSession(sha256: string, doer: Doer): Promise<boolean> {
    return this.#access.closeSession(sha256, doer);
  }

  async note(note: AuditNote): Promise<void> {
    this.#access.note(note);
  }

  async audit(limit: number, before?: number): Promise<readonly AuditRow[]> {
    return this.#access.rows(limit, before);
  }
}
