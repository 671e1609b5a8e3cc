import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../shared/contracts/selection.ts';
import { checkAnswer } from '../../../../workers/gateway/selection/check_answer.ts';
import { compileConfig } from '../../../../workers/gateway/state/compiled_config.ts';
import { balancer, config, documentOf, pool } from '../support.ts';

const LOADED = compileConfig(documentOf(config([balancer()], [pool('p', ['a', 'b', 'c'])])));

const SOUND: Answer = {
  rankings: [{ origins: ['p/a', 'p/b'], finalists: 2 }],
  use: 'once',
  vary: ['client_address', 'header:x-tenant', 'cookie:sid', 'query:q'],
  max_age_ms: 10_000,
  strategy: 'off/random',
  version: 's1',
  config_version: 1,
  health_version: 1,
};

const KEYED = {
  maps: [{ by: 'rendezvous', ids: ['p/a', 'p/b'], weights: [1, 1] }],
  classes: [{ order: ['path'], map: 0, take: 2 }],
};
const PART = { key: ['path'], map: 0, take: 2 };

const ranking = (change: Record<string, unknown>) => ({
  rankings: [{ origins: ['p/a', 'p/b'], finalists: 2, ...change }],
});

describe('checkAnswer', () => {
  it.each([
    ['is well-formed', {}],
    ['has unknown fields', { later: 1, ...ranking({ later: 1 }) }],
    ['settles in an unknown way', ranking({ by: 'later', settle: { later: 1 } })],
    ['lacks fields of later versions', { health_version: undefined, ...ranking({ finalists: undefined }) }],
    ['names some origins that are gone', ranking({ origins: ['p/gone', 'p/a'] })],
    ['says that no origin can serve', ranking({ origins: [] })],
    ['asks for facts', { rankings: [] }],
    ['looks a request up in a few maps', { ...KEYED, ...ranking({ parts: Array(10).fill(PART) }) }],
  ])('accepts an answer that %s', (_, change) => {
    const answer = { ...SOUND, ...change };
    expect(checkAnswer(answer, LOADED)).toEqual(answer);
  });

  it.each([
    ['rankings are text', { rankings: 'p/a' }],
    ['rankings are absent', { rankings: undefined }],
    ['a ranking is null', { rankings: [null] }],
    ['a ranking is text', { rankings: ['p/a'] }],
    ['a ranking has no origins', ranking({ origins: undefined })],
    ['a ranking has only origins of another configuration', ranking({ origins: ['q/x', 7] })],
    ['a ranking names an origin twice', ranking({ origins: ['p/a', 'p/b', 'p/a'] })],
    ['finalists are text', ranking({ finalists: '2' })],
    ['finalists are a fraction', ranking({ finalists: 1.5 })],
    ['finalists are not a number', ranking({ finalists: Number.NaN })],
    ['weights are null', ranking({ weights: null })],
    ['a weight is text', ranking({ weights: { 'p/a': '1' } })],
    ['a weight is below zero', ranking({ weights: { 'p/a': -1 } })],
    ['a weight is infinite', ranking({ weights: { 'p/a': Number.POSITIVE_INFINITY } })],
    ['the strategy of a ranking is not text', ranking({ strategy: 7 })],
    ['a ranking looks a request up in many maps', { ...KEYED, ...ranking({ parts: Array(21).fill(PART) }) }],
    ['its classes look a request up in many maps', { ...KEYED, classes: Array(21).fill(KEYED.classes[0]) }],
    ['it varies on a number', { vary: [7] }],
    ['`vary` is not a list', { vary: 'path' }],
    ['it varies on a header without a name', { vary: ['header:'] }],
    ['it varies on a malformed header', { vary: ['header:a b'] }],
    ['its age is text', { max_age_ms: '10000' }],
    ['its age is zero', { max_age_ms: 0 }],
    ['its age is not a number', { max_age_ms: Number.NaN }],
    ['its version is not text', { version: { toString: 7 } }],
    ['its strategy is absent', { strategy: undefined }],
  ])('rejects an answer if %s', (_, change) => {
    expect(() => checkAnswer({ ...SOUND, ...change }, LOADED)).toThrow(TypeError);
  });

  it.each([undefined, null, 'p/a', 7, [], {}])('rejects %o', (value) => {
    expect(() => checkAnswer(value, LOADED)).toThrow(TypeError);
  });

  it('limits the age of any answer to five minutes', () => {
    expect(checkAnswer({ ...SOUND, max_age_ms: 1e300 }, LOADED).max_age_ms).toBe(300_000);
  });
});
