import { isOriginFault, ORIGIN_FAULTS, PLATFORM_FAULTS } from '../faults.ts';
import { countExecuted } from '../ledger/attempts.ts';
import type { Verdict } from '../ledger/judge.ts';
import { type Ledger, openBook } from '../ledger/ledger.ts';
import type { Change } from '../memory/growth.ts';

const MEANINGS: Readonly<Record<string, string>> = { ...ORIGIN_FAULTS, ...PLATFORM_FAULTS };
const MIB = 2 ** 20;

/** The report of a run as Markdown. */
export function markdown(ledger: Ledger, verdict: Verdict): string {
  const { minutes, seed, rate, publish, publications, sent, sessions, faults } = ledger;
  const { classes, conditions, errors, steering, memory } = verdict;
  const lost = sessions.filter(({ ended_by }) => ended_by === 'lost').length;
  const frames = sessions.reduce((sum, session) => sum + session.echoed, 0);
  const executed = countExecuted(openBook(ledger));
  const first = ledger.points.filter(({ attempts }) => attempts > 1).length;
  return [
    `# Chaos, ${minutes} min, seed ${seed}: ${verdict.holds ? 'passed' : 'FAILED'}`,
    '',
    `\`npm run chaos -- --minutes ${minutes} --seed ${seed} --rate ${rate}${publish ? ' --publish' : ''}\``,
    '',
    table(
      ['Must not happen', 'Found'],
      conditions.map(({ name, found, where }) => [
        name,
        found === 0 ? '0' : `**${found}**: ${where.slice(0, 3).join('; ')}`,
      ]),
    ),
    '',
    '## Requests',
    '',
    table(
      ['', ''],
      [
        ['sent', String(sent.length)],
        ['served completely and correctly', String(classes.served)],
        ['cut mid-stream by their own origin', String(classes.cut_mid_stream)],
        ['errors for requests that must not be repeated', String(classes.not_repeatable)],
        ['failed', String(classes.failed)],
        ['abandoned by their clients before the answer', String(classes.left)],
        ['refused above their limit', String(classes.limited)],
        ['executed by applications, including repeats', String(executed)],
        ['needed more than one origin', String(first)],
        [
          'WebSockets opened, lost with their origin, frames echoed',
          `${sessions.length}, ${lost}, ${frames}`,
        ],
        [
          'configurations published, longest time in which a replaced one still served requests',
          `${publications.length}, ${verdict.followed_s.toFixed(1)} s`,
        ],
      ],
    ),
    '',
    '## What happened',
    '',
    table(
      ['', 'Times'],
      verdict.covered.map(({ what, times }) => [what, String(times)]),
    ),
    '',
    '## Errors that users saw, by cause',
    '',
    errors.length === 0
      ? 'None.'
      : table(
          ['Requests', 'Error and cause', 'For example'],
          errors.map(({ count, cause, ids }) => [String(count), cause, ids[0] ?? '']),
        ),
    '',
    '## Faults',
    '',
    table(
      ['Fault', 'Times', 'What happens', 'Seconds until traffic left', 'Seconds until traffic returned'],
      Object.keys(MEANINGS)
        .map((kind) => faults.filter((fault) => fault.kind === kind))
        .filter((same) => same.length > 0)
        .map((same) => {
          const kind = same[0]?.kind ?? 'kill';
          const steered = steering.filter(({ fault }) => fault.kind === kind);
          const shown = isOriginFault(kind);
          return [
            kind,
            String(same.length),
            MEANINGS[kind] ?? '',
            shown ? spread(steered.map(({ away_s }) => away_s)) : '',
            shown ? spread(steered.map(({ back_s }) => back_s)) : '',
          ];
        }),
    ),
    '',
    'Each cell has the median and the longest time. `never` counts faults at whose end requests still tried the origin first,',
    'or after which no request did before its next fault or the end of the run.',
    '',
    '## Memory',
    '',
    memory.length === 0
      ? 'No process served long enough, or the system does not report memory.'
      : table(
          ['Worker', 'Served', 'Live heap after warm-up, at the end, limit', 'Resident'],
          memory.map(({ worker, served_s, heap, resident }) => [
            worker,
            `${served_s} s`,
            mib(heap),
            resident === undefined ? '' : mib(resident),
          ]),
        ),
    '',
  ].join('\n');
}

function spread(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const never = values.length - known.length;
  const median = known[known.length >> 1];
  const times = median === undefined ? [] : [`${median.toFixed(1)}, ${known.at(-1)?.toFixed(1)}`];
  return [...times, ...(never > 0 ? [`never: ${never}`] : [])].join('; ');
}

function mib({ before_bytes, after_bytes, limit_bytes }: Change): string {
  const sizes = [before_bytes, after_bytes, limit_bytes].map((bytes) => (bytes / MIB).toFixed(1));
  return `${sizes.join(', ')} MiB`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
