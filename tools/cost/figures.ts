const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A count in three significant digits: `318`, `58.5K`, `2.63B`. */
export function count(value: number): string {
  return COMPACT.format(value);
}

/** US dollars: `4.90`, `1,558`. */
export function dollars(usd: number): string {
  return usd < 100 ? usd.toFixed(2) : WHOLE.format(usd);
}

/** Seconds, rounded up to a tenth: `9.2 s`; whole from 10 s on. */
export function seconds(s: number): string {
  return `${s < 10 ? Math.ceil(s * 10 - 1e-9) / 10 : Math.ceil(s - 1e-9)} s`;
}
