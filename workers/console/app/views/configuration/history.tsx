import { useState } from 'preact/hooks';
import type { Difference, VersionInfo, Written } from '../../../../../shared/contracts/history.ts';
import { ago } from '../../../../../shared/display/format.ts';
import { ask } from '../../data/api.ts';
import type { Place } from '../../data/use_place.ts';
import { usePoll } from '../../data/use_poll.ts';
import { Asking } from '../../parts/asking.tsx';
import { Table } from '../../parts/table.tsx';
import { Differences } from './differences.tsx';

const POLL_MS = 5_000;

interface Props {
  place: Place;
  /** The console's time: the browser's clock can be wrong. */
  now_ms: number;
  may_change: boolean;
  refresh(): void;
}

/** Every version of the configuration, what it changed, and the way back. */
export function History({ place, now_ms, may_change, refresh }: Props) {
  const [sure, setSure] = useState<number>();
  const [said, setSaid] = useState<{ text: string; is_bad: boolean }>();
  const versions = usePoll(
    'versions',
    () => ask<{ versions: VersionInfo[] }>('/api/config/versions?limit=200'),
    POLL_MS,
  );
  const list = versions.value?.versions ?? [];
  const shown = Number(place.get('version') ?? list[0]?.version ?? 0);
  const parent = list.find(({ version }) => version === shown)?.parent;
  const rollback = async (version: number, force: boolean) => {
    setSure(undefined);
    try {
      const path = `/api/config/rollback${force ? '?force=true' : ''}`;
      const written = await ask<Written>(path, { version, way: 'rollback' });
      setSaid({
        text: `Version ${version} is back, as version ${written.version.version}. Gateways follow within ten seconds.`,
        is_bad: false,
      });
      versions.refresh();
      refresh();
    } catch (error) {
      setSaid({ text: (error as Error).message, is_bad: true });
    }
  };
  return (
    <>
      <div role="status">
        {said !== undefined && <p class={`notice ${said.is_bad ? 'bad' : 'good'}`}>{said.text}</p>}
      </div>
      {sure !== undefined && (
        <Asking label="Go back">
          <p>
            Make version {sure} the newest one again? Everything that was changed after it goes, and stays in
            the history.
          </p>
          <div class="bar">
            <button type="button" class="main" onClick={() => void rollback(sure, false)}>
              Go back to version {sure}
            </button>
            <button type="button" onClick={() => void rollback(sure, true)}>
              Also if nothing can serve then
            </button>
            <button type="button" onClick={() => setSure(undefined)}>
              Cancel
            </button>
          </div>
        </Asking>
      )}
      {Number.isSafeInteger(shown) && shown > 0 && <Changes version={shown} parent={parent} />}
      <Table
        caption="Versions, the newest first"
        columns={[
          {
            title: 'version',
            cell: ({ version }) => (
              <a
                href={place.href({ version: String(version) })}
                aria-current={version === shown ? 'true' : undefined}
              >
                {version}
              </a>
            ),
          },
          { title: 'ago', cell: ({ at }) => ago(at, now_ms) },
          { title: 'way', cell: ({ way }) => way },
          { title: 'author', cell: ({ author }) => author },
          { title: 'comment', cell: ({ comment, pinned }) => `${pinned ? '[pinned] ' : ''}${comment}` },
          ...(may_change
            ? [
                {
                  title: 'go back',
                  cell: ({ version }: VersionInfo) =>
                    version === list[0]?.version ? (
                      'newest'
                    ) : (
                      <button
                        type="button"
                        aria-label={`Go back to version ${version}`}
                        onClick={() => setSure(version)}
                      >
                        Go back
                      </button>
                    ),
                },
              ]
            : []),
        ]}
        rows={list}
        keyOf={({ version }) => String(version)}
        empty="Nothing is published yet."
      />
    </>
  );
}

interface Changed {
  /** Null: the version is the first one. */
  from: number | null;
  differences: readonly Difference[];
}

/** What a version changed. @param parent undefined: it is not in the list */
function Changes({ version, parent }: { version: number; parent: number | null | undefined }) {
  const load = async (): Promise<Changed> => {
    const from = parent === undefined ? await parentOf(version) : parent;
    if (from === null) return { from, differences: [] };
    return {
      ...(await ask<{ differences: Difference[] }>(`/api/config/diff?from=${from}&to=${version}`)),
      from,
    };
  };
  const { value, error } = usePoll(`diff ${parent} ${version}`, load, 60_000);
  if (error !== undefined) return <p class="notice bad">{error}</p>;
  if (value === undefined) return <p class="soft">Loading what version {version} changed …</p>;
  return (
    <Differences
      caption={
        value.from === null
          ? `Version ${version} is the first one`
          : `What version ${version} changed against version ${value.from}`
      }
      differences={value.differences}
    />
  );
}

/** The version that a version changed, also if it is older than those in the list. @throws {Error} if there is no such version */
async function parentOf(wanted: number): Promise<number | null> {
  const path = `/api/config/versions?limit=1&before=${wanted + 1}`;
  const [found] = (await ask<{ versions: VersionInfo[] }>(path)).versions;
  if (found?.version !== wanted) throw new Error(`The history has no version ${wanted}.`);
  return found.parent;
}
