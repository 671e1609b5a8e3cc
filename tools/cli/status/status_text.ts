import type { PublicationInfo } from '../../../shared/contracts/history.ts';
import type { Status } from '../../../shared/contracts/status.ts';
import { concernsOf, sinceText } from '../../../shared/display/attention.ts';
import { ago, ms, percent, short, whole } from '../../../shared/display/format.ts';
import { originRows } from '../../../shared/display/origin_rows.ts';
import { textTable } from '../../project/text_table.ts';
import { visible } from '../../project/visible.ts';

/** A status for a terminal: what needs attention first, then the origins, then the configuration. @param columns its width */
export function statusText(
  { status, publication }: { status: Status; publication: PublicationInfo },
  columns: number,
): string {
  const now_ms = Date.parse(status.generated_at);
  const concerns = concernsOf(status, publication, []);
  const attention =
    concerns.length === 0
      ? 'Nothing needs attention.'
      : [
          `Needs attention: ${concerns.length}`,
          ...concerns.map((concern) => {
            const since = sinceText(concern, now_ms);
            return cut(
              visible(
                `  ${concern.what} ${concern.state}${since === '' ? '' : ` for ${since}`}: ${concern.why}`,
              ),
              columns,
            );
          }),
        ].join('\n');
  return [attention, originTable(status, now_ms, columns), configurationText(status, publication)].join(
    '\n\n',
  );
}

/** The widest that the columns beside the name become. */
const OTHER_COLUMNS = 56;
const SHORTEST_NAME = 16;

function originTable(status: Status, now_ms: number, columns: number): string {
  const { signals } = status;
  const head = ['origin', 'state', 'for', 'set to', 'weight', 'requests', 'failed', 'p95'];
  const table = textTable(
    head,
    originRows(status).map(({ origin: { id, state, enabled, since, standing, weight, traffic } }) => [
      cut(id, Math.max(SHORTEST_NAME, columns - OTHER_COLUMNS)),
      enabled ? state : 'disabled',
      ago(since, now_ms),
      standing,
      short(weight),
      traffic === null ? '-' : whole(traffic.requests),
      traffic === null ? '-' : percent(traffic.errors, traffic.requests),
      ms(traffic?.p95_ms),
    ]),
  );
  return signals === null
    ? table
    : `${table}\nTraffic is that of the last ${Math.round(signals.traffic_s / 60)} minutes.`;
}

function configurationText({ config, generated_at }: Status, { published }: PublicationInfo): string {
  const state = published ? 'in force' : 'in force, and the newest one is not yet';
  return `configuration version ${config.version} of ${config.published_at.slice(0, 19).replace('T', ' ')} UTC, ${state}; seen at ${generated_at.slice(11, 19)}`;
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
