/** The palette of Okabe and Ito, whose colours colour-blind readers can distinguish. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999'];

/** A line of text. `x` is its left end, unless `attributes` has another `text-anchor`. */
export function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${digits(x)}" y="${digits(y)}" fill="#333" ${attributes}>${escaped(content)}</text>`;
}

/** Escapes text that stands between tags. */
export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** A point of a polyline. */
export function point(x: number, y: number): string {
  return `${digits(x)},${digits(y)}`;
}

/** A coordinate, rounded to a tenth of a pixel. */
export function digits(value: number): number {
  return Number(value.toFixed(1));
}

/** The colour of the series with this index. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? '#999999';
}

/** Rounds up to the next of 1, 2, 2.5, 5, 10, … */
export function nice(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5].find((step) => step * unit >= value) ?? 10) * unit;
}
