/** Okabe & Ito: told apart by colour-blind readers. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999'];

/** A line of text whose left end (or what `attributes` say) is at a place. */
export function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${digits(x)}" y="${digits(y)}" fill="#333" ${attributes}>${escaped(content)}</text>`;
}

/** What may stand between tags. */
export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** A corner of a polyline. */
export function point(x: number, y: number): string {
  return `${digits(x)},${digits(y)}`;
}

/** A coordinate, as exact as anybody sees. */
export function digits(value: number): number {
  return Number(value.toFixed(1));
}

/** The colour of the nth of several things. */
export function colourOf(origin: number): string {
  return COLOURS[origin % COLOURS.length] ?? '#999999';
}

/** The next of 1, 2, 2.5, 5, 10, … */
export function nice(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5].find((step) => step * unit >= value) ?? 10) * unit;
}
