import { describe, expect, it } from 'vitest';
import { edited, isLate, published } from '../../../workers/console/app/lib/draft.ts';
import { firstQuery } from '../../../workers/console/app/lib/written_query.ts';

const head = { source: 'new', etag: '5' };

describe('a draft of the configuration', () => {
  it('begins as the newest version, and keeps its beginning and its comment', () => {
    const begun = edited(undefined, head, 'mine');
    expect(begun).toEqual({ base: '5', text: 'mine' });
    const newer = { source: 'newer', etag: '6' };
    const before = { base: '5', text: 'mine', comment: 'why' };
    expect(edited(before, newer, 'mine too')).toEqual({ base: '5', text: 'mine too', comment: 'why' });
  });

  it('is none when its text is that of the newest version, so the next one begins there', () => {
    const old = { base: '3', text: 'mine' };
    expect(edited(old, head, 'new')).toBeUndefined();
    expect(edited({ base: '3', text: 'new' }, head, 'mine')).toEqual({ base: '5', text: 'mine' });
  });

  it('keeps what was written while the console published, as a draft of the new version', () => {
    expect(published({ base: '5', text: 'sent, and more', comment: 'why' }, 'sent', '6')).toEqual({
      base: '6',
      text: 'sent, and more',
    });
    expect(published({ base: '5', text: 'sent' }, 'sent', '6')).toBeUndefined();
    expect(published(undefined, 'sent', '6')).toBeUndefined();
  });

  it('is late when another version was published since it began', () => {
    expect(isLate({ base: '3', text: 'mine' }, head)).toBe(true);
    expect(isLate({ base: '5', text: 'mine' }, head)).toBe(false);
    expect(isLate({ base: '3', text: 'new' }, head)).toBe(false);
    expect(isLate(undefined, head)).toBe(false);
  });
});

describe('the first query of the editor', () => {
  it.each([
    ['what was written and not run', { of: null, text: 'b' }, null, 'b'],
    ['what was written after a query was run', { of: 'a', text: 'b' }, 'a', 'b'],
    ['the one of a link, if it led here since', { of: 'a', text: 'b' }, 'c', 'c'],
    ['the one of a link, if nothing was written', undefined, 'c', 'c'],
    ['none, if there is neither', undefined, null, undefined],
  ])('is %s', (_, written, in_url, text) => {
    expect(firstQuery(written, in_url)).toBe(text);
  });
});
