const UNITS_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/**
 * Reads a duration: `90`, `30s`, `1m 30s`, `1h30m`, `500ms`.
 * @param unit of a number without one
 * @returns milliseconds. Undefined: it is not a duration.
 */
export function durationMs(text: string, unit: 'ms' | 's'): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d|w|M|y)?\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return undefined;
  return parts.reduce((sum, [, digits, name = unit]) => sum + Number(digits) * (UNITS_MS[name] ?? 0), 0);
}

/** A number in a range, and whether it had to be moved. */
interface Fitted {
  value: number;
  moved: boolean;
}

/** Rounds a number to a whole one from `min` to `max`. */
export function fitted(value: number, min: number, max: number): Fitted {
  const near = Math.min(max, Math.max(min, Math.round(value)));
  return { value: near, moved: near !== value };
}
