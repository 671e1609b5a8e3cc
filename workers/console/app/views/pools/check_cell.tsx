import type { CheckStatus } from '../../../../../shared/contracts/status.ts';
import { ms, short, whole } from '../../../../../shared/display/format.ts';
import type { LastCheck } from '../../lib/last_checks.ts';

interface Props {
  /** The newest first. Undefined: they are not known. */
  last: readonly LastCheck[] | undefined;
  checks: readonly CheckStatus[];
  now_s: number;
}

/** The last check of an origin: its answer and its time, and each monitor and place below. */
export function CheckCell({ last, checks, now_s }: Props) {
  const [newest] = last ?? [];
  if (checks.length === 0) return <>nothing probes it</>;
  return (
    <details>
      <summary>
        {newest === undefined ? 'no result yet' : `${answerOf(newest)}, ${agoOf(newest, now_s)}`}
      </summary>
      <ul class="plain">
        {checks.map(({ monitor, url, interval_ms }) => (
          <li key={monitor}>
            <code>{url}</code> each {short(interval_ms / 1_000)} s
            {(last ?? [])
              .filter((one) => one.monitor === monitor)
              .map((one) => (
                <div key={one.region}>
                  {one.region}: {answerOf(one)}, {agoOf(one, now_s)}; {whole(one.failures)} of{' '}
                  {whole(one.checks)} failed in an hour
                </div>
              ))}
          </li>
        ))}
      </ul>
    </details>
  );
}

function answerOf({ status, reason, rtt_ms }: LastCheck): string {
  const code = status === 0 ? '' : `${status}, `;
  return reason === '' ? `${code}${ms(rtt_ms)}` : `${code}${reason}`;
}

function agoOf({ at }: LastCheck, now_s: number): string {
  return `${whole(Math.max(0, now_s - at))} s ago`;
}
