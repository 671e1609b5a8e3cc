import type { ObjectList } from '../../shared/authoring/source/lists.ts';
import type {
  ApiObject,
  Difference,
  HeadInfo,
  OperatorChange,
  PublicationInfo,
  VersionInfo,
  Way,
  Written,
} from '../../shared/contracts/history.ts';
import type { PublishedScript } from '../../shared/contracts/scripts.ts';
import type { Principal } from './access/principal.ts';
import type { AccessRpc } from './access/store.ts';
import type { Outcome } from './refusal.ts';

// What the console's Worker may ask of its Durable Object `History`. Everything is plain data.

export type {
  ApiObject,
  AuditRow,
  Difference,
  HeadInfo,
  OperatorChange,
  PublicationInfo,
  VersionInfo,
  Way,
  Written,
} from '../../shared/contracts/history.ts';
export { WAYS } from '../../shared/contracts/history.ts';

/** Who changes something, and how. It stands in the version and in the audit. */
export interface Signed {
  principal: Principal;
  /** Address of the client. */
  from: string;
  way: Way;
  comment?: string;
  /** Whether a balancer may be left with nothing usable. */
  force?: boolean;
}

/** A change of the configuration. */
export type Command =
  | { do: 'create'; list: ObjectList; body: unknown }
  | { do: 'replace' | 'merge'; list: ObjectList; id: string; body: unknown; if_match?: string }
  | { do: 'remove'; list: ObjectList; id: string; if_match?: string }
  | { do: 'merge_all'; list: ObjectList; body: unknown }
  | { do: 'source'; source: string; if_match: string }
  | { do: 'rollback'; version: number; if_match?: string }
  | { do: 'operate'; changes: readonly OperatorChange[] };

/** The interface of the object. */
export interface HistoryRpc extends AccessRpc {
  head(): Promise<HeadInfo>;
  /** Objects with the names that the file has for references. */
  list(list: ObjectList): Promise<readonly ApiObject[]>;
  /**
   * `ApiObject[]` as JSON, as the API shows them: with ids for references. Text crosses to the Worker in a fraction of the time that
   * thousands of objects take.
   */
  shown(list: ObjectList): Promise<string>;
  /** One of them. Refuses 404 an unknown id. */
  shownOne(list: ObjectList, id: string): Promise<Outcome<ApiObject>>;
  /** All lists from one moment, as {@link list} gives them. */
  everything(): Promise<Readonly<Record<ObjectList, readonly ApiObject[]>>>;
  write(command: Command, signed: Signed, what: string): Promise<Outcome<Written>>;
  versions(limit: number, before?: number): Promise<readonly VersionInfo[]>;
  version(version: number): Promise<{ info: VersionInfo; source: string } | undefined>;
  diff(from: number, to: number): Promise<Outcome<readonly Difference[]>>;
  pin(version: number, pinned: boolean, signed: Signed, what: string): Promise<Outcome<VersionInfo>>;
  publication(): Promise<PublicationInfo>;
  /** Keeps the results of a preview for a while (previews.ts). @param now milliseconds since the epoch */
  keepPreview(id: string, json: string, now: number): Promise<void>;
  /** @returns undefined if there is none, or none any more */
  preview(id: string, now: number): Promise<string | undefined>;
  /** Ends a state in which somebody else wrote to KV. */
  settle(
    action: 'adopt' | 'overwrite',
    seen: string | undefined,
    signed: Signed,
    what: string,
  ): Promise<Outcome<Written>>;
  /** Stores a strategy script in KV. Refuses 503 if KV fails. */
  publishScript(
    name: string,
    source: string,
    signed: Signed,
    what: string,
  ): Promise<Outcome<PublishedScript>>;
}
