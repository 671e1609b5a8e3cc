import type { PublicationInfo } from '../../../shared/contracts/history.ts';
import type { OriginStatus, Status } from '../../../shared/contracts/status.ts';
import { concernsOf, sinceText } from '../../../shared/display/attention.ts';
import { ago, ms, percent, short, whole } from '../../../shared/display/format.ts';
import { textTable } from '../../project/text_table.ts';

const WORST = ['down', 'degraded', 'unknown', 'up'];

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
              `  ${concern.what} ${concern.state}${since === '' ? '' : ` for ${since}`}: ${concern.why}`,
              columns,
            );
          }),
        ].join('\n');
  return [attention, originTable(status, now_ms), configurationText(status, publication)].join('\n\n');
}

function originTable({ balancers, signals }: Status, now_ms: number): string {
  const rows = new Map<string, OriginStatus>();
  for (const origin of balancers.flatMap(({ pools }) => pools.flatMap(({ origins }) => origins)))
    rows.set(origin.id, withTraffic(origin, rows.get(origin.id)));
  const sorted = [...rows.values()].sort(
    (a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state) || (a.id < b.id ? -1 : 1),
  );
  const head = ['origin', 'state', 'for', 'set to', 'weight', 'requests', 'failed', 'p95'];
  const table = textTable(
    head,
    sorted.map(({ id, state, enabled, since, standing, weight, traffic }) => [
      id,
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

/** The traffic of all load balancers together. */
function withTraffic(origin: OriginStatus, before: OriginStatus | undefined): OriginStatus {
  if (before === undefined || before.traffic === null || origin.traffic === null) return origin;
  const requests = before.traffic.requests + origin.traffic.requests;
  const errors = before.traffic.errors + origin.traffic.errors;
  const p95_ms = Math.max(before.traffic.p95_ms ?? 0, origin.traffic.p95_ms ?? 0) || null;
  return { ...origin, traffic: { requests, errors, p95_ms } };
}

function configurationText({ config, generated_at }: Status, { published }: PublicationInfo): string {
  const state = published ? 'in force' : 'in force, and the newest one is not yet';
  return `configuration version ${config.version} of ${config.published_at.slice(0, 19).replace('T', ' ')} UTC, ${state}; seen at ${generated_at.slice(11, 19)}`;
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
