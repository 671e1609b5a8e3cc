import type {
  Difference,
  HeadInfo,
  OperatorChange,
  PublicationInfo,
  VersionInfo,
  Way,
  Written,
} from '../../../shared/contracts/history.ts';
import { askConsole } from './ask.ts';
import type { ConsoleEndpoint } from './endpoint.ts';

/** How a change is signed. */
export interface ChangeInfo {
  way: Way;
  comment?: string;
  /** Whether a balancer may be left with nothing usable. */
  force?: boolean;
}

/** The console's API of the configuration and its history. Each call throws as {@link askConsole}. */
export interface HistoryApi {
  head(): Promise<HeadInfo>;
  /** @param etag of the version that the source replaces; any other newest version is refused with 412 */
  put(source: string, etag: string, info: ChangeInfo): Promise<Written>;
  states(changes: readonly OperatorChange[], info: ChangeInfo): Promise<Written>;
  /** The newest first. @param before only versions below this one */
  versions(limit: number, before?: number): Promise<readonly VersionInfo[]>;
  version(version: number): Promise<VersionInfo & { source: string }>;
  diff(from: number, to: number): Promise<readonly Difference[]>;
  rollback(version: number, info: Omit<ChangeInfo, 'way'>): Promise<Written>;
  pin(version: number, pinned: boolean): Promise<VersionInfo>;
  publication(): Promise<PublicationInfo>;
  /** Ends a state in which somebody else wrote to KV. @param hash of the document that the operator saw; another one is refused with 409 */
  settle(action: 'adopt' | 'overwrite', hash: string | undefined): Promise<Written>;
}

/** The API of one console. */
export function historyApi(endpoint: ConsoleEndpoint): HistoryApi {
  const get = <T>(path: string) => askConsole<T>(endpoint, path);
  const post = <T>(path: string, body: unknown) => askConsole<T>(endpoint, path, { method: 'POST', body });
  return {
    head: () => get('/api/config'),
    put: (source, etag, { force, ...info }) =>
      askConsole(endpoint, `/api/config${forced(force)}`, {
        method: 'PUT',
        body: { source, ...info },
        headers: { 'if-match': etag.startsWith('"') ? etag : `"${etag}"` },
      }),
    states: (changes, { force, ...info }) => post(`/api/states${forced(force)}`, { changes, ...info }),
    versions: async (limit, before) => {
      const query = `limit=${limit}${before === undefined ? '' : `&before=${before}`}`;
      return (await get<{ versions: VersionInfo[] }>(`/api/config/versions?${query}`)).versions;
    },
    version: (version) => get(`/api/config/versions/${version}`),
    diff: async (from, to) =>
      (await get<{ differences: Difference[] }>(`/api/config/diff?from=${from}&to=${to}`)).differences,
    rollback: (version, { force, ...info }) =>
      post(`/api/config/rollback${forced(force)}`, { version, ...info }),
    pin: (version, pinned) =>
      askConsole(endpoint, `/api/config/versions/${version}/pin`, { method: 'PUT', body: { pinned } }),
    publication: () => get('/api/config/publication'),
    settle: (action, hash) => post('/api/config/outside', { action, hash, way: 'cli' }),
  };
}

function forced(force: boolean | undefined): string {
  return force === true ? '?force=true' : '';
}
