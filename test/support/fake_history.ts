import { createHash } from 'node:crypto';
import type {
  OperatorChange,
  PublicationInfo,
  VersionInfo,
  Way,
  Written,
} from '../../shared/contracts/history.ts';

/** The part of a configuration file that operators change. */
interface Draft {
  load_balancers: Array<{ id?: string; maintenance?: { enabled: boolean }; steering_policy?: string }>;
  pools: Array<{
    name: string;
    state?: string;
    origin_steering?: { policy: string };
    origins: Array<{ name: string; state?: string; weight?: number }>;
  }>;
}

/** A version with its source. */
export interface Kept extends VersionInfo {
  source: string;
}

/** A history in memory, as the console keeps it, without its checks. Sources are JSON. */
export class FakeHistory {
  versions: Kept[] = [];
  /** What somebody else wrote to KV. */
  outside: PublicationInfo['outside'] = null;
  /** Looks at the publication before KV has the newest version. */
  late_looks = 0;
  error: string | null = null;
  /** Of each change. */
  notes: readonly string[] = [];

  get newest(): Kept | undefined {
    return this.versions.at(-1);
  }

  get etag(): string {
    return `"${this.newest?.version ?? 0}"`;
  }

  /** The parsed newest source. */
  draft(): Draft {
    return JSON.parse(this.newest?.source ?? '{}') as Draft;
  }

  publication(): PublicationInfo {
    const { newest, outside, error } = this;
    const published = newest !== undefined && outside === null && this.late_looks-- <= 0;
    return {
      published,
      version: published ? newest.version : null,
      hash: published ? 'c0ffee'.repeat(10) : null,
      published_at: published ? newest.at : null,
      error,
      outside,
    };
  }

  write(source: string, way: Way, comment = ''): Written {
    const changed = source !== this.newest?.source;
    if (changed) this.#append(source, way, comment);
    const { newest } = this;
    if (newest === undefined) throw new Error('nothing was written');
    const { source: _, ...version } = newest;
    // As right after a change, before KV has it.
    const publication = { ...this.publication(), published: false };
    return { version, changed, publication, notes: this.notes, states: [] };
  }

  operate(changes: readonly OperatorChange[], way: Way, comment?: string): Written {
    const draft = this.draft();
    for (const change of changes) {
      const pool = draft.pools.find(({ name }) => name === change.target?.split('/')[0]);
      const origin = pool?.origins.find(({ name }) => name === change.target?.split('/')[1]);
      const balancer = draft.load_balancers.find(({ id }) => id === change.balancer);
      const target = change.target?.includes('/') ? origin : pool;
      if (change.state !== undefined && target !== undefined) target.state = change.state;
      if (change.state !== undefined && balancer !== undefined)
        balancer.maintenance = { enabled: change.state === 'maintenance' };
      if (change.weight !== undefined && origin !== undefined) origin.weight = change.weight;
      if (change.policy !== undefined && pool !== undefined) pool.origin_steering = { policy: change.policy };
      if (change.policy !== undefined && balancer !== undefined) balancer.steering_policy = change.policy;
    }
    return this.write(JSON.stringify(draft), way, comment);
  }

  #append(source: string, way: Way, comment: string): void {
    const version = (this.newest?.version ?? 0) + 1;
    this.versions.push({
      version,
      at: `2026-01-02T00:00:${String(version).padStart(2, '0')}.000Z`,
      author: 'token ci',
      way,
      comment,
      source_hash: createHash('sha256').update(source).digest('hex'),
      parent: this.newest?.version ?? null,
      pinned: false,
      size_bytes: source.length,
      source,
    });
  }
}
