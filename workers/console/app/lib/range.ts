/** A period that ends now, and the width of its steps in charts: about 60 to 90 of them. */
export interface Range {
  name: string;
  label: string;
  span_s: number;
  step_s: number;
}

/** From 15 minutes to the 90 days that data points are kept. */
export const RANGES: readonly Range[] = [
  { name: '15m', label: '15 minutes', span_s: 900, step_s: 15 },
  { name: '1h', label: '1 hour', span_s: 3_600, step_s: 60 },
  { name: '6h', label: '6 hours', span_s: 21_600, step_s: 300 },
  { name: '1d', label: '1 day', span_s: 86_400, step_s: 1_200 },
  { name: '7d', label: '7 days', span_s: 604_800, step_s: 7_200 },
  { name: '30d', label: '30 days', span_s: 2_592_000, step_s: 43_200 },
  { name: '90d', label: '90 days', span_s: 7_776_000, step_s: 86_400 },
];

const STANDARD = RANGES[0] as Range;

/** The range of a name; 15 minutes for any other text. */
export function rangeOf(name: string | null): Range {
  return RANGES.find((range) => range.name === name) ?? STANDARD;
}

/** The steps of a range up to now, as seconds since the epoch. The last one is under way. */
export function stepsOf({ span_s, step_s }: Range, now_s: number): number[] {
  const last = Math.floor(now_s / step_s) * step_s;
  const count = Math.round(span_s / step_s);
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * step_s);
}
