/**
 * Looks at the start of a body as text, until `found` is satisfied. The rest is cancelled, so that an answer that never
 * ends costs no time.
 *
 * @param max_bytes as far as it is read
 * @param found gets the text so far, and the index of its first new character. It is not called with an empty text
 * @returns whether `found` was satisfied. Invalid UTF-8 becomes U+FFFD
 * @throws what the body throws if it breaks off before that
 */
export async function readStart(
  response: Response,
  max_bytes: number,
  found: (text: string, new_from: number) => boolean,
): Promise<boolean> {
  if (response.body === null) return false;
  const reader = response.body.getReader();
  try {
    const decoder = new TextDecoder();
    let text = '';
    for (let left = max_bytes; left > 0; ) {
      const { done, value } = await reader.read();
      const new_from = text.length;
      text += done ? decoder.decode() : decoder.decode(value.subarray(0, left), { stream: true });
      if (text.length > new_from && found(text, new_from)) return true;
      if (done) return false;
      left -= value.byteLength;
    }
    return false;
  } finally {
    // Not awaited: nothing depends on how the rest ends.
    reader.cancel().catch(() => undefined);
  }
}

/** Finds a text in any case, for {@link readStart}. Only the new part is searched, and before it as much as the text is long. */
export function includes(wanted: string): (text: string, new_from: number) => boolean {
  const needle = wanted.toLowerCase();
  return (text, new_from) =>
    text
      .slice(Math.max(0, new_from - needle.length))
      .toLowerCase()
      .includes(needle);
}
