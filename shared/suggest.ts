import { distance } from 'fastest-levenshtein';

/** Edits per letter of a word that still look like a slip: `regions_pool` for `region_pools` is 2 of 12. */
const SLIP = 0.35;
/** A word this long that begins a longer one is meant as it: `fallback` for `fallback_pool`. */
const MIN_STEM = 4;

/** The word that was probably meant, if one is close enough. Case, `-` and `_` do not count. */
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
