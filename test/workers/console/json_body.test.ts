import { describe, expect, it } from 'vitest';
import { jsonBody } from '../../../workers/console/json_body.ts';

const LIMITS = { bytes: 1_000, separators: 10 };

const read = (body: BodyInit) =>
  jsonBody(
    new Request('http://localhost/', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    }),
    LIMITS,
    'an object',
  );

describe('jsonBody', () => {
  it('reads JSON, with a byte order mark too', async () => {
    expect(await read('\uFEFF{"a": "\u{1F600}"}')).toEqual({ a: '\u{1F600}' });
  });

  it.each([
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'not UTF-8'],
    ['half a character at its end', new Uint8Array([0x22, 0xe2, 0x82]), 400, 'not UTF-8'],
    ['a comment', '{} // a', 400, 'not valid JSON'],
    ['too many bytes', `"${'a'.repeat(1_000)}"`, 413, 'at most 1000 bytes'],
    ['too many values', `[${'1,'.repeat(10)}1]`, 413, 'more than 10 commas'],
    ['too many levels', `${'['.repeat(11)}${']'.repeat(11)}`, 413, 'more than 10 commas'],
  ])('refuses %s', async (_, body, status, words) => {
    await expect(read(body)).rejects.toMatchObject({ status, message: expect.stringContaining(words) });
  });

  it('reads on when a body is too long, so that its client gets the answer', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent === 100) return controller.close();
        sent++;
        controller.enqueue(new Uint8Array(100).fill(0x20));
      },
    });
    await expect(read(body)).rejects.toMatchObject({ status: 413 });
    expect(sent).toBe(100);
  });
});
