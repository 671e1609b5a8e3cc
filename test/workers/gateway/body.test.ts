import { describe, expect, it } from 'vitest';
import { keepBody } from '../../../workers/gateway/body.ts';

const URL = 'http://app.example/';

function stream(chunks: Array<string | Error>, end = true): ReadableStream {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk instanceof Error) controller.error(chunk);
      else if (chunk !== undefined) controller.enqueue(encoder.encode(chunk));
      else if (end) controller.close();
      else return new Promise(() => {});
    },
  });
}

describe('keepBody', () => {
  it('knows a request without a body', async () => {
    expect(await keepBody(new Request(URL), 10, 100)).toEqual({ kind: 'none' });
  });

  it('keeps a body of known length up to the limit', async () => {
    const body = await keepBody(new Request(URL, { method: 'POST', body: '0123456789' }), 10, 100);
    expect(body.kind === 'kept' && new TextDecoder().decode(body.bytes)).toBe('0123456789');
  });

  it('keeps a body of unknown length up to the limit', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['01234', '56789']) });
    const body = await keepBody(request, 10, 100);
    expect(body.kind === 'kept' && new TextDecoder().decode(body.bytes)).toBe('0123456789');
  });

  it('streams a longer one of unknown length from its first byte', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['01234', '56789', 'ab']) });
    const body = await keepBody(request, 10, 100);
    expect(body.kind === 'stream' && (await new Response(body.stream).text())).toBe('0123456789ab');
  });

  it('streams a body that is declared longer without reading any of it', async () => {
    const request = new Request(URL, {
      method: 'POST',
      body: '01234567890',
      headers: { 'content-length': '11' },
    });
    const body = await keepBody(request, 10, 100);
    expect(body).toMatchObject({ kind: 'stream', length: 11 });
  });

  it('answers 400 when the body breaks off', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['0', new Error('reset')]) });
    await expect(keepBody(request, 10, 100)).rejects.toMatchObject({ status: 400, outcome: 'bad_request' });
  });

  it('answers 408 when the body stalls', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['0'], false) });
    await expect(keepBody(request, 10, 30)).rejects.toMatchObject({ status: 408, outcome: 'bad_request' });
  });
});
