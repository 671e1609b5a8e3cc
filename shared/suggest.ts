import { distance } from 'fastest-levenshtein';

/** Edits per letter that still look like a typo: `regions_pool` for `region_pools` is 2 in 12. */
const SLIP = 0.35;
/** A word of at least this length stands for a longer one that it begins: `fallback` for `fallback_pool`. */
const MIN_STEM = 4;

/** The word that was probably meant, if one is close enough. Ignores case, `-` and `_`. */
export function closest(word: string, words: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_ ]/g, '');
  const meant = plain(word);
  const ranked = words
    .map((candidate) => ({ candidate, edits: distance(meant, plain(candidate)) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  if (best !== undefined && best.edits <= Math.max(1, meant.length * SLIP)) return best.candidate;
  return meant.length < MIN_STEM ? undefined : words.find((candidate) => plain(candidate).startsWith(meant));
}

/** `; did you mean "round_robin"?`, or nothing. */
export function didYouMean(word: string, words: readonly string[], quote = '"'): string {
  const meant = closest(word, words);
  return meant === undefined ? '' : `; did you mean ${quote}${meant}${quote}?`;
}
