import { createHash } from 'node:crypto';
import { basename, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicationInfo, VersionInfo } from '../../shared/contracts/history.ts';
import type { HistoryApi } from '../cli/console/history_api.ts';
import { lateText } from '../cli/console/publication.ts';

/** What `npm start` needs of the console. */
type Api = Pick<HistoryApi, 'head' | 'put' | 'versions' | 'publication' | 'settle'>;

/** Versions that are read at a time. */
const PAGE = 100;

/** The ways in which a file becomes a version. */
const OF_FILES: readonly string[] = ['start', 'cli'];

/** KV on this machine takes milliseconds. More than this is a failure. */
const WAIT_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Makes the configuration file the newest version, unless it was already and has been changed since, by an operator or through the
 * API: such changes survive a restart. Then waits until KV has the newest version, because gateways read it there.
 *
 * An older Plimsoll, or `lb publish --direct`, may have written to KV what the history does not know. It is overwritten: locally, the
 * file and the history say what runs.
 * @param file its absolute path
 * @param source its text
 * @returns a line for the operator; empty if the file is in force
 * @throws Error if the console refuses, or KV does not take the version
 */
export async function publishStart(api: Api, file: string, source: string): Promise<string> {
  const head = await api.head();
  const hash = createHash('sha256').update(source).digest('hex');
  const kept = head.version !== null && (await isKnown(api, hash));
  let newest = head.version;
  if (!kept) {
    const info = { way: 'start', comment: `npm start with ${basename(file)}`, force: true } as const;
    newest = (await api.put(source, head.etag, info)).version;
  }
  await settled(api, newest);
  if (!kept || newest === null || newest.source_hash === hash) return '';
  const name = relative(process.cwd(), file);
  return `configuration: version ${newest.version}, changed since ${name} was published (\`lb publish ${name}\` brings the file back)`;
}

/** Whether the last start, or the last publication of a file, was of this content. */
async function isKnown(api: Api, hash: string): Promise<boolean> {
  let last_of_a_file: VersionInfo | undefined;
  for (let before: number | undefined; ; ) {
    const page = await api.versions(PAGE, before);
    for (const version of page) {
      if (OF_FILES.includes(version.way)) last_of_a_file ??= version;
      if (last_of_a_file?.source_hash === hash) return true;
      if (version.way === 'start') return version.source_hash === hash;
    }
    before = page.at(-1)?.version;
    if (before === undefined || page.length < PAGE) return false;
  }
}

/** Waits until KV has the newest version. */
async function settled(api: Api, newest: VersionInfo | null): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const publication: PublicationInfo = await api.publication();
    if (publication.outside !== null) await api.settle('overwrite', undefined);
    else if (publication.published) return;
    if (Date.now() > deadline)
      throw new Error(lateText(newest?.version ?? 0, publication) ?? 'KV was written from outside again');
    await sleep(PAUSE_MS);
  }
}
