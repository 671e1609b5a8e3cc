import { describe, expect, it } from 'vitest';
import { type IngestedPoint, readPoint, rowOf } from '../../../../tools/local/sql/points.ts';

const point: IngestedPoint = {
  dataset: 'plimsoll_traffic_v1',
  timestamp_ms: 1_790_000_000_999,
  indexes: ['a:b'],
  blobs: ['x'],
  doubles: [1.5],
};
const read = (changes: Record<string, unknown>) => readPoint(JSON.stringify({ ...point, ...changes }));

describe('readPoint', () => {
  it('accepts a point that just fits the limits of production', () => {
    const widest = {
      indexes: ['i'.repeat(96)],
      blobs: Array(20).fill('b'.repeat(800)),
      doubles: Array(20).fill(1),
    };
    expect(read(widest)).toEqual({ ...point, ...widest });
  });

  it.each([
    ['21 blobs', { blobs: Array(21).fill('') }, 'more than 20 blobs'],
    ['21 doubles', { doubles: Array(21).fill(0) }, 'more than 20 doubles'],
    ['two indexes', { indexes: ['a', 'b'] }, 'more than one index'],
    ['an index of 97 bytes', { indexes: [`é${'i'.repeat(95)}`] }, 'an index of more than 96 bytes'],
    ['16,001 bytes of blobs', { blobs: ['b'.repeat(16_000), 'b'] }, 'blobs of more than 16000 bytes'],
    ['a number as a blob', { blobs: [1] }, 'not strings'],
    ['a text as a double', { doubles: ['1'] }, 'not numbers'],
    ['a malformed name', { dataset: 'a b; DROP' }, '`dataset` is not the name of a dataset'],
    ['a time after 2106', { timestamp_ms: 2 ** 32 * 1_000 }, 'not a time'],
    ['no time', { timestamp_ms: undefined }, 'not a time'],
  ])('refuses %s', (_, changes, reason) => expect(read(changes)).toContain(reason));

  it.each(['', 'x', 'null', '[]', '1'])('refuses the line %j', (line) =>
    expect(readPoint(line)).toBeTypeOf('string'),
  );

  it('reads null and absent values as empty ones, as the binding does', () => {
    expect(read({ indexes: undefined, blobs: [null, 'x'], doubles: [null] })).toEqual({
      ...point,
      indexes: [],
      blobs: ['', 'x'],
      doubles: [0],
    });
  });
});

describe('rowOf', () => {
  it('replaces half characters, for which the engine would refuse the whole batch', () => {
    expect(JSON.parse(rowOf({ ...point, blobs: ['a\ud800'] }, 1))).toMatchObject({ blob1: 'a\ufffd' });
  });

  it('names the columns, with the time in whole seconds', () => {
    expect(JSON.parse(rowOf(point, 10))).toEqual({
      timestamp: 1_790_000_000,
      dataset: 'plimsoll_traffic_v1',
      index1: 'a:b',
      blob1: 'x',
      double1: 1.5,
      _sample_interval: 10,
    });
  });
});
