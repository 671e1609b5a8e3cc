import { clock, percent } from '../../../../shared/display/format.ts';
import type { Burst } from '../lib/error_burst.ts';

/** When failures rose, and the last change before it. */
export function BurstNotice({ burst, with_day }: { burst: Burst | undefined; with_day: boolean }) {
  if (burst === undefined) return null;
  const { at, share, after } = burst;
  return (
    <p class="notice bad">
      Failures rose at {clock(at, with_day)} UTC, to {percent(share, 1)} of the requests.{' '}
      {after === undefined
        ? 'No change came shortly before.'
        : `The last change before: ${after.text}, at ${clock(after.at, with_day)}.`}
    </p>
  );
}
