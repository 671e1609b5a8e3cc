import { digits, text } from '../../project/svg.ts';
import type { Ledger } from '../ledger/ledger.ts';

// Shapes of the timeline's panels. Time runs from left to right, in seconds from the start of the load.

export const WIDTH = 1000;
export const LEFT = 64;
export const RIGHT = 12;
export const PLOT = WIDTH - LEFT - RIGHT;
export const SERVED = '#0072b2';
export const BROKEN = '#d55e00';

/** A panel of the timeline. */
export interface Panel {
  height: number;
  /** @param y its upper edge */
  draw(y: number): string;
}

export function bar(ledger: Ledger, second: number, bottom: number, height: number, colour: string): string {
  if (height === 0) return '';
  const width = PLOT / secondsOf(ledger);
  const box = `x="${digits(x(ledger, second))}" y="${digits(bottom - height)}" width="${digits(width)}"`;
  return `<rect ${box} height="${digits(height)}" fill="${colour}"/>`;
}

export function polyline(points: readonly string[], colour: string): string {
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

export function frame(y: number, height: number, labels: readonly string[]): string {
  return [
    `<rect x="${LEFT}" y="${y}" width="${PLOT}" height="${height}" fill="none" stroke="#bbb"/>`,
    ...labels.map((name, index) =>
      text(LEFT - 4, y + 4 + (index * height) / (labels.length - 1), name, 'text-anchor="end"'),
    ),
  ].join('\n');
}

/** The heading above a panel. @param markup SVG, which may have swatches */
export function heading(y: number, markup: string): string {
  return `<text x="${LEFT}" y="${y - 6}">${markup}</text>`;
}

export function swatch(colour: string): string {
  return `<tspan fill="${colour}">■</tspan>`;
}

export function secondsOf({ started_at, ended_at }: Ledger): number {
  return Math.ceil((ended_at - started_at) / 1_000);
}

export function secondOf({ started_at }: Ledger, at: number): number {
  return Math.floor((at - started_at) / 1_000);
}

export function x(ledger: Ledger, second: number): number {
  return LEFT + (second / secondsOf(ledger)) * PLOT;
}

export function perSecond(ledger: Ledger): number[] {
  return Array.from({ length: secondsOf(ledger) }, () => 0);
}

export function count(counts: number[], ledger: Ledger, at: number): void {
  const second = secondOf(ledger, at);
  if (second >= 0 && second < counts.length) counts[second] = (counts[second] ?? 0) + 1;
}
