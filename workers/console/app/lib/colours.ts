const HUES = [212, 152, 32, 282, 352, 182, 62, 312];

/** The colour of a series. Series differ in lightness too, and every chart has a table with its numbers. */
export function colourOf(index: number): string {
  return `hsl(${HUES[index % HUES.length]} 55% ${42 + (index % 3) * 9}%)`;
}
