import { describe, expect, it } from 'vitest';
import {
  MAX_BLOB_BYTES,
  MAX_INDEX_BYTES,
  MAX_TEXT_BYTES,
  toDataPoint,
} from '../../../shared/analytics/data_point.ts';
import { DATASETS, type Dataset, TRAFFIC } from '../../../shared/analytics/datasets.ts';

const bytes = (text: string | undefined) => new TextEncoder().encode(text).length;

/** It gets no more columns, unlike the datasets that are written. */
const SMALL = {
  table: 'small',
  columns: { sampled_by: 'index1', name: 'blob1', origin: 'blob3', status: 'double1', total_ms: 'double3' },
} as const satisfies Dataset;

describe('toDataPoint', () => {
  it('puts each value into its column', () => {
    const row = { sampled_by: 'lb:pool', name: 'lb', origin: 'pool/one', status: 200, total_ms: 12.5 };
    const point = { indexes: ['lb:pool'], blobs: ['lb', '', 'pool/one'], doubles: [200, 0, 12.5] };
    expect(toDataPoint(SMALL, row)).toEqual(point);
  });

  it('fills absent values, so that no value moves into the column of another', () => {
    expect(toDataPoint(SMALL, {})).toEqual({ indexes: [''], blobs: ['', '', ''], doubles: [0, 0, 0] });
  });

  it('joins two columns in one text, and fills free places', () => {
    const { blobs } = toDataPoint(TRAFFIC, {
      decision: 'kept',
      variant: 'live',
      method: 'GET',
      path: '/a b',
      colo: '',
    });
    expect([blobs[4], blobs[6], blobs[10]]).toEqual(['kept live', 'GET /a b', ' ']);
    // Free places hold the empty text: a hole would not be stored.
    expect(Object.keys(blobs)).toHaveLength(20);
    expect([blobs[5], blobs[13], blobs[16]]).toEqual(['', '', '']);
  });

  it('cuts texts and the index to the limits of the platform, between characters', () => {
    const point = toDataPoint(TRAFFIC, {
      sampled_by: '€'.repeat(40),
      method: 'GET',
      path: `/${'é'.repeat(400)}`,
      detail: '😀'.repeat(200),
    });
    expect(point.indexes[0]).toBe('€'.repeat(MAX_INDEX_BYTES / 3));
    // Five bytes of `GET /` and two of each é: half of the last one would fit.
    expect(point.blobs[6]).toBe(`GET /${'é'.repeat(253)}`);
    expect(point.blobs[15]).toBe('😀'.repeat(MAX_TEXT_BYTES / 4));
  });

  it('keeps a text that fits exactly', () => {
    const detail = 'a'.repeat(MAX_TEXT_BYTES);
    expect(toDataPoint(TRAFFIC, { detail }).blobs[15]).toBe(detail);
    expect(toDataPoint(TRAFFIC, { detail: `${detail}b` }).blobs[15]).toBe(detail);
  });

  it.each(Object.entries(DATASETS))(
    'stays below the limit of all blobs together when every text of %s is too long',
    (_, dataset) => {
      const row = Object.fromEntries(Object.keys(dataset.columns).map((name) => [name, '漢'.repeat(10_000)]));
      const point = toDataPoint(dataset, row);
      expect(point.blobs.reduce((sum, blob) => sum + bytes(blob), 0)).toBeLessThanOrEqual(MAX_BLOB_BYTES);
      expect(bytes(point.indexes[0])).toBeLessThanOrEqual(MAX_INDEX_BYTES);
    },
  );

  it('stores 0 for a number that is not finite', () => {
    for (const status of [Number.NaN, Number.POSITIVE_INFINITY, 'three'])
      expect(toDataPoint(SMALL, { status }).doubles).toEqual([0, 0, 0]);
  });
});
