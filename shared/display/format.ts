const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** `1,234`. */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** A number with three digits that count: `0.0123`, `12.3`. */
export function short(value: number): string {
  return SHORT.format(value);
}

/** `2.5 %`; a dash without a total. */
export function percent(part: number, total: number): string {
  return total === 0 ? '–' : `${short((100 * part) / total)} %`;
}

/** `12 ms`; a dash if it is not known. */
export function ms(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : `${whole(value)} ms`;
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** How long ago a time was, in its largest unit: `3 min`. */
export function ago(time: string | null, now_ms: number): string {
  if (time === null) return '–';
  const seconds = Math.max(0, Math.round((now_ms - Date.parse(time)) / 1_000));
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** `14:05:09`, or with the day if the range is longer than one. */
export function clock(at_s: number, with_day: boolean): string {
  const text = new Date(at_s * 1_000).toISOString();
  return with_day ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : text.slice(11, 19);
}
