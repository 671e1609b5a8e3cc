/**
 * The start of a body as text, and no more of it: the rest is cancelled.
 * @param max_bytes 0: nothing is read
 * @returns invalid UTF-8 becomes U+FFFD
 * @throws what the body throws if it breaks off before `max_bytes`
 */
export async function readStart(response: Response, max_bytes: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let left = max_bytes;
  while (left > 0) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
  }
  // Not awaited: nothing depends on how the rest ends.
  reader.cancel().catch(() => undefined);
  return text;
}
