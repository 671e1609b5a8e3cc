import type { HostReport } from '../parts/reach.ts';
import type { Entry, Fate } from './directive.ts';
import { shownText } from './shown_text.ts';

const TITLES: readonly (readonly [Fate, string])[] = [
  ['taken', 'Taken'],
  ['approximated', 'Approximated'],
  ['platform', 'Not about balancing: the platform does it'],
  ['none', 'No counterpart'],
];

/** What the report of an import is made of. */
export interface Report {
  readonly entries: readonly Entry[];
  readonly hosts: HostReport;
  /** Load balancers whose host is a placeholder, because the source names none or names it twice. */
  readonly unnamed: readonly string[];
}

/** The report of an import: every directive in its class, then what is left to do. */
export function reportText({ entries, hosts, unnamed }: Report): string {
  const sections = TITLES.flatMap(([fate, title]) => {
    const some = entries.filter((entry) => entry.fate === fate);
    return some.length === 0 ? [] : [`${title} (${some.length})\n${linesOf(some).join('\n')}`];
  });
  return [...sections, ...hostSections(hosts), ...unnamedSection(unnamed), summary(entries)].join('\n\n');
}

/** `12 directives: 5 taken, 3 approximated, 2 not about balancing, 2 without counterpart` */
function summary(entries: readonly Entry[]): string {
  const count = (fate: Fate) => entries.filter((entry) => entry.fate === fate).length;
  return (
    `${entries.length} directive${entries.length === 1 ? '' : 's'}: ${count('taken')} taken, ` +
    `${count('approximated')} approximated, ${count('platform')} not about balancing, ` +
    `${count('none')} without counterpart`
  );
}

/** A line for each directive. A whole section with one fate and one note is one line: `a.cfg:3-9  listen db  7 directives: …`. */
function linesOf(entries: readonly Entry[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < entries.length; ) {
    const first = entries[from];
    if (first === undefined) break;
    let to = from + 1;
    if (first.note.startsWith(WHOLE)) while (entries[to]?.note === first.note) to++;
    lines.push(lineOf(first, entries[to - 1] ?? first, to - from));
    from = to;
  }
  return lines;
}

/** Begins a note that all directives of a section share. */
export const WHOLE = 'the whole section: ';

function lineOf(first: Entry, last: Entry, count: number): string {
  const place = `${first.file}:${first.line}${last.line > first.line && count > 1 ? `-${last.line}` : ''}`;
  const plain = first.note.startsWith(WHOLE) ? first.note.slice(WHOLE.length) : first.note;
  const note = count > 1 ? `${count} directives: ${plain}` : plain;
  return `  ${place}  ${shownText(first.text)}${note === '' ? '' : `  -- ${note}`}`;
}

function hostSections({ unreachable, records }: HostReport): string[] {
  if (unreachable.length === 0) return [];
  const hosts = unreachable.map(
    ({ source, address, why }) =>
      `  ${source}  ${why}; written as ${address}; name it: --map ${source}=HOSTNAME`,
  );
  return [
    `Hosts that no Worker can reach (${unreachable.length})\n${hosts.join('\n')}`,
    `DNS records to make in your zone\n${records.map((record) => `  ${record}`).join('\n')}`,
  ];
}

function unnamedSection(unnamed: readonly string[]): string[] {
  if (unnamed.length === 0) return [];
  const lines = unnamed.map((host) => `  ${host}  write the hostname that it serves as \`name\``);
  return [`Load balancers without a hostname of their own (${unnamed.length})\n${lines.join('\n')}`];
}
