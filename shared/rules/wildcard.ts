/** A pattern cut at its stars: `/a/*.html` is `['/a/', '.html']`. */
type Parts = readonly string[];

/**
 * Cuts a wildcard pattern. `*` matches any characters or none; `\*` and `\\` match `*` and `\`.
 * @returns undefined: a backslash comes before another character, or two stars are adjacent. Cloudflare refuses both
 */
export function wildcardParts(pattern: string): Parts | undefined {
  if (!/^(\*?([^*\\]|\\[*\\]))*\*?$/.test(pattern)) return undefined;
  const parts = pattern.match(/(?:[^*\\]|\\.)+|\*/gsu) ?? [];
  return parts.reduce<string[]>(
    (list, part) => {
      if (part === '*') list.push('');
      else list[list.length - 1] = part.replace(/\\(.)/gs, '$1');
      return list;
    },
    [''],
  );
}

/** Whether a pattern matches a whole text. Linear: each part is searched once, from the end of the one before. */
export function matchesWildcard(parts: Parts, text: string): boolean {
  const [first = ''] = parts;
  if (parts.length < 2) return text === first;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
