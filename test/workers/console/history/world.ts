import { runInDurableObject } from 'cloudflare:test';
import type { Profile } from '../../../../shared/authoring/normalise.ts';
import type { ObjectList } from '../../../../shared/authoring/source/lists.ts';
import { printSource } from '../../../../shared/authoring/source/source.ts';
import type { Operator } from '../../../../shared/contracts/control.ts';
import type { ApiObject, Written } from '../../../../shared/contracts/history.ts';
import { readConfig } from '../../../../shared/documents/published.ts';
import type { ConfigDocument } from '../../../../shared/model/config.ts';
import { Audit } from '../../../../workers/console/history/audit.ts';
import { Changes } from '../../../../workers/console/history/changes.ts';
import { Ledger } from '../../../../workers/console/history/ledger.ts';
import { Publisher } from '../../../../workers/console/history/publisher.ts';
import { Refusal } from '../../../../workers/console/refusal.ts';
import type { Command, Signed } from '../../../../workers/console/rpc.ts';
import { ADMIN } from '../access/fixture.ts';
import { NOW } from '../fixture.ts';
import { BINDINGS } from '../visit.ts';
import { FakeKv } from './fake_kv.ts';

export const SIGNED: Signed = { principal: ADMIN, from: '192.0.2.1', way: 'api' };
export const WHAT = 'PUT /test';

interface Parts {
  ledger: Ledger;
  publisher: Publisher;
  changes: Changes;
}

/** The history on the storage of a Durable Object, with a clock, a KV and an alarm that a test moves. */
export class World {
  readonly clock = { now: NOW };
  readonly kv = new FakeKv(() => this.clock.now);
  readonly storage: DurableObjectStorage;
  profile: Profile = 'production';
  operator: Operator | undefined;
  /** When the alarm rings; null: it does not. */
  alarm: number | null = null;
  parts: Parts;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
    this.parts = this.#started();
  }

  get ledger(): Ledger {
    return this.parts.ledger;
  }

  get changes(): Changes {
    return this.parts.changes;
  }

  /** The newest version as text. */
  get source(): string {
    return printSource(this.ledger.source);
  }

  get sql(): SqlStorage {
    return this.storage.sql;
  }

  /** Forgets everything in memory, as a restart of the object does. */
  restart(): void {
    this.parts = this.#started();
  }

  write(command: Command, more: Partial<Signed> = {}): Promise<Written> {
    return this.changes.write(command, { ...SIGNED, ...more }, WHAT);
  }

  /** Makes a file the newest version, whatever it is now. */
  publish(file: unknown, more: Partial<Signed> = {}): Promise<Written> {
    const source = typeof file === 'string' ? file : `${JSON.stringify(file, undefined, 2)}\n`;
    return this.write({ do: 'source', source, if_match: '*' }, more);
  }

  /** Creates an object and gives its answer. */
  async create(list: ObjectList, body: unknown): Promise<ApiObject> {
    return objectOf(await this.write({ do: 'create', list, body }));
  }

  async replace(list: ObjectList, id: string, body: unknown): Promise<ApiObject> {
    return objectOf(await this.write({ do: 'replace', list, id, body }));
  }

  async merge(list: ObjectList, id: string, body: unknown): Promise<ApiObject> {
    return objectOf(await this.write({ do: 'merge', list, id, body }));
  }

  /** What the API shows of an object. */
  shown(list: ObjectList, id: string): ApiObject['value'] {
    return this.ledger.objects.shownOne(list, id).value;
  }

  /** What the file has of an object. */
  written(list: ObjectList, key: string): ApiObject {
    const found = this.ledger.objects.written(list).find((object) => object.key === key);
    if (found === undefined) throw new Error(`there is no ${list} ${key}`);
    return found;
  }

  /** Lets time pass. The alarm rings when it is due. */
  async later(ms: number): Promise<void> {
    const until = this.clock.now + ms;
    while (this.alarm !== null && this.alarm <= until) {
      this.clock.now = Math.max(this.clock.now, this.alarm);
      this.alarm = null;
      await this.changes.publish();
    }
    this.clock.now = until;
  }

  /** The configuration in KV. */
  async inKv(): Promise<ConfigDocument> {
    const document = await readConfig(this.kv as unknown as KVNamespace);
    if (document === undefined) throw new Error('KV has no configuration');
    return document;
  }

  /** Everything that a refused change must leave as it is. */
  snapshot(): unknown {
    const { sql } = this;
    return {
      source: this.source,
      versions: sql.exec('SELECT version, hash, pinned FROM versions ORDER BY version').toArray(),
      objects: sql.exec('SELECT * FROM objects ORDER BY list, key').toArray(),
      audit: sql.exec('SELECT count(*) AS rows FROM audit').one(),
      alarm: this.alarm,
    };
  }

  #started(): Parts {
    const now = () => this.clock.now;
    const { storage, profile } = this;
    const { sql } = storage;
    const kv = this.kv as unknown as KVNamespace;
    const operator: Operator = {
      heads: async () => (await this.operator?.heads()) ?? {},
      body: async () => undefined,
      announce: async (document) => this.operator?.announce(document) ?? true,
      health: async () => undefined,
    };
    const publisher = new Publisher({
      ...{ kv, operator, sql, store: storage.kv, profile, now },
    });
    const newId = () => crypto.randomUUID().replaceAll('-', '');
    const ledger = new Ledger(sql, { profile, now, newId, floor: () => publisher.floor });
    const alarm = {
      transactionSync: <T>(change: () => T) => storage.transactionSync(change),
      getAlarm: async () => this.alarm,
      setAlarm: async (at: number | Date) => {
        this.alarm = Number(at);
      },
    };
    const audit = new Audit(sql);
    const changes = new Changes({ storage: alarm, ledger, publisher, audit, kv, profile, now });
    return { ledger, publisher, changes };
  }
}

let objects = 0;

/** Runs a test on a history of its own. */
export function inHistory<T>(run: (world: World) => T | Promise<T>): Promise<T> {
  const { HISTORY } = BINDINGS as unknown as { HISTORY: DurableObjectNamespace };
  const stub = HISTORY.get(HISTORY.idFromName(`history-${objects++}-${crypto.randomUUID()}`));
  return runInDurableObject(stub, (_, { storage }) => run(new World(storage)));
}

/** The refusal of a request. */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  try {
    await request;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('the request was not refused');
}

function objectOf({ object }: Written): ApiObject {
  if (object === undefined) throw new Error('the answer has no object');
  return object;
}

/** Two pools with a monitor, and a load balancer over both. References are names. */
export function twoPools() {
  return {
    load_balancers: [{ name: 'app.example.com', default_pools: ['eu', 'us'], fallback_pool: 'us' }] as Record<
      string,
      unknown
    >[],
    pools: [pool('eu', { monitor: 'http' }), pool('us')],
    monitors: [{ id: 'http' }] as Record<string, unknown>[],
  };
}

/** A pool of two origins. */
export function pool(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { name, origins: [origin(`${name}-1`), origin(`${name}-2`)], ...more };
}

export function origin(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { name, address: `${name}.example.com`, ...more };
}
