import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepBody } from '../../workers/gateway/body/keep.ts';
import { Upload } from '../../workers/gateway/body/upload.ts';
import { watch } from '../../workers/gateway/body/watch.ts';
import { bodyOf, bytes, cut } from '../workers/gateway/body/body_support.ts';
import { runs } from './runs.ts';

const LIMIT_MS = 400;
/** Shorter than the limit by far more than a busy machine delays a timer. */
const STALL_MS = 40;

/** A body: how long it is, how it is cut into pieces (over and over), and after which pieces it stalls. */
const bodies = fc.record({
  length: fc.oneof(fc.nat(400), fc.nat(20_000)),
  lengths: fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 50, max: 9_000 })), {
    minLength: 1,
    maxLength: 6,
  }),
  stalls: fc.array(fc.nat(60), { maxLength: 2 }),
});

/** Each case waits for real time; a twentieth of the usual number. */
const cases = () => ({ numRuns: Math.ceil(runs().numRuns / 20) });

describe('a body arrives byte for byte, however it is cut and wherever it stalls for less than the limit', () => {
  const sent = ({ length, lengths, stalls }: typeof bodies extends fc.Arbitrary<infer T> ? T : never) => {
    const all = bytes(length);
    // No more than 3,000 pieces: each costs a turn of the event loop.
    const pieces = cut(all, length > 3_000 ? lengths.map((each) => Math.max(each, 8)) : lengths);
    return { all, stream: bodyOf(pieces, (index) => (stalls.includes(index) ? STALL_MS : 0)) };
  };

  it('if it is kept, or kept in part and streamed', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(20_000), async (body, max_bytes) => {
        const { all, stream } = sent(body);
        const request = new Request('http://app.example/', { method: 'POST', body: stream });
        const kept = await keepBody(request, max_bytes, LIMIT_MS);
        if (kept.kind === 'kept') {
          expect(kept.bytes).toEqual(all);
          return;
        }
        if (kept.kind !== 'stream') throw new Error(kept.kind);
        expect(all.byteLength > max_bytes || max_bytes === 0).toBe(true);
        const { readable, writable } = new IdentityTransformStream();
        const arrived = new Response(readable).bytes();
        await new Upload(kept).send(writable, LIMIT_MS);
        expect(await arrived).toEqual(all);
      }),
      cases(),
    );
  });

  it('if it is a watched response', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { all, stream } = sent(body);
        const { readable, writable } = new IdentityTransformStream();
        const arrived = new Response(readable).bytes();
        const ended = watch(stream, writable, { idle_ms: LIMIT_MS, client: new AbortController().signal });
        expect(await arrived).toEqual(all);
        expect(await ended).toEqual({ outcome: 'ok' });
      }),
      cases(),
    );
  });
});
