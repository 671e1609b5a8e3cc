import type { Difference, PublicationInfo, VersionInfo } from '../../../shared/contracts/history.ts';
import { textTable } from '../../project/text_table.ts';
import { visible } from '../../project/visible.ts';
import { lateText, outsideText } from '../console/publication.ts';

/** A table of versions. `*` marks the one that KV has, and a line below says why that is not the newest. */
export function versionsText(versions: readonly VersionInfo[], publication: PublicationInfo): string {
  const [newest] = versions;
  if (newest === undefined) return 'nothing is published yet';
  const rows = versions.map(({ version, at, author, way, comment, source_hash, pinned }) => [
    `${version}${version === publication.version ? ' *' : ''}`,
    `${at.slice(0, 19).replace('T', ' ')} UTC`,
    way,
    visible(author),
    source_hash.slice(0, 12),
    [pinned ? '[pinned]' : '', visible(comment)].filter((part) => part !== '').join(' '),
  ]);
  const table = textTable(['version', 'at', 'way', 'author', 'file hash', 'comment'], rows);
  const state =
    publication.outside === null
      ? lateText(newest.version, publication)
      : outsideText(newest.version, publication.outside);
  return [table, state].filter((part) => part !== undefined).join('\n\n');
}

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** The differences of two versions, a line for each object and for each of its fields. */
export function diffText(from: number, to: number, differences: readonly Difference[]): string {
  if (differences.length === 0) return `versions ${from} and ${to} have the same objects`;
  return differences
    .flatMap(({ list, key, change, fields }) => [
      `${SIGN[change]} ${list} ${visible(key)}`,
      ...fields.map(
        ({ pointer, before, after }) =>
          `    ${visible(pointer)}: ${valueText(before)} -> ${valueText(after)}`,
      ),
    ])
    .join('\n');
}

function valueText(value: unknown): string {
  return value === undefined ? 'absent' : visible(JSON.stringify(value));
}
