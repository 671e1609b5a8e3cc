import { describe, expect, it } from 'vitest';
import { configDocument, healthDocument } from '../../../shared/documents/check.ts';

const CONFIG = {
  format: 1,
  version: 3,
  hash: '',
  published_at: '2026-01-01T00:00:00.000Z',
  config: { balancers: [], pools: { p: { id: 'p', origins: [] } }, monitors: {} },
};
const HEALTH = {
  version: 3,
  published_at: 1,
  heartbeat_ms: 60_000,
  origins: { 'p/a': { state: 'up', since: 1, rtt_ms: {} } },
};

describe('a published document', () => {
  it('is accepted unchanged if it is valid', () => {
    expect(configDocument(CONFIG)).toBe(CONFIG);
    expect(healthDocument(HEALTH)).toBe(HEALTH);
  });

  it.each([
    ['null', null],
    ['text', 'config'],
    ['a list', []],
    ['an unknown format', { ...CONFIG, format: 3 }],
    ['no version', { ...CONFIG, version: undefined }],
    ['half a version', { ...CONFIG, version: 1.5 }],
    ['a version that nothing can follow', { ...CONFIG, version: Number.MAX_SAFE_INTEGER }],
    ['no configuration', { ...CONFIG, config: null }],
    ['a balancer that is none', { ...CONFIG, config: { ...CONFIG.config, balancers: [null] } }],
    ['pools in a list', { ...CONFIG, config: { ...CONFIG.config, pools: [] } }],
    ['a pool that is none', { ...CONFIG, config: { ...CONFIG.config, pools: { p: null } } }],
    ['a pool without origins', { ...CONFIG, config: { ...CONFIG.config, pools: { p: {} } } }],
  ])('is refused as a configuration when it is %s', (_, value) => {
    expect(() => configDocument(value)).toThrow('KV key "config" holds no configuration of format 1 or 2');
  });

  it.each([
    ['null', null],
    ['text', 'health'],
    ['no time', { ...HEALTH, published_at: '2026-01-01' }],
    ['no heartbeat', { ...HEALTH, heartbeat_ms: undefined }],
    ['no origins', { ...HEALTH, origins: null }],
    ['no version', { ...HEALTH, version: undefined }],
    ['a time that no date can hold', { ...HEALTH, published_at: 1e300 }],
    ['an origin that is none', { ...HEALTH, origins: { 'p/a': null } }],
    ['an origin without a state', { ...HEALTH, origins: { 'p/a': { since: 1, rtt_ms: {} } } }],
    ['an origin that has no time', { ...HEALTH, origins: { 'p/a': { state: 'up', rtt_ms: {} } } }],
    ['an origin without round-trip times', { ...HEALTH, origins: { 'p/a': { state: 'up', since: 1 } } }],
  ])('is refused as health when it is %s', (_, value) => {
    expect(() => healthDocument(value)).toThrow('KV key "health" holds no health document');
  });
});
