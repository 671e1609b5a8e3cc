import type { Column } from '../../shared/analytics/datasets.ts';

/** The value of a data point in a column: `blob3`, `blob5.2`, `double1`. */
export function stored(
  point: { blobs: readonly string[]; doubles: readonly number[] } | undefined,
  column: Column,
): string | number | undefined {
  const [, kind, place, part] = /^(blob|double)(\d+)\.?(\d?)$/.exec(column) ?? [];
  const index = Number(place) - 1;
  if (kind === 'double') return point?.doubles[index];
  const text = point?.blobs[index];
  const space = text?.indexOf(' ') ?? 0;
  if (part === '1') return text?.slice(0, space);
  return part === '2' ? text?.slice(space + 1) : text;
}
