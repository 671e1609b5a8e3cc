/**
 * Reads the start of a body as text until `found` returns true. Cancels the rest, so that a response that never ends
 * costs no time. Invalid UTF-8 becomes U+FFFD.
 *
 * @param max_bytes reads at most this much
 * @param found gets the text so far and the index of its first new character; never called with an empty text
 * @returns whether `found` returned true
 * @throws whatever the body throws if it breaks off before
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
    // Not awaited, because nothing depends on it.
    reader.cancel().catch(() => undefined);
  }
}

/** Finds a text case-insensitively, for {@link readStart}. Searches only the new part and as many characters before it as the text has. */
export function includes(wanted: string): (text: string, new_from: number) => boolean {
  const needle = wanted.toLowerCase();
  return (text, new_from) =>
    text
      .slice(Math.max(0, new_from - needle.length))
      .toLowerCase()
      .includes(needle);
}
