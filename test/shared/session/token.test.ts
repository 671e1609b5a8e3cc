import { describe, expect, it } from 'vitest';
import { importKey, openToken, originTag, sealToken } from '../../../shared/session/token.ts';

const NOW_S = 1_900_000_000;
const key = await importKey('a secret of ours');
const other = await importKey('a secret of somebody else');
const token = { tag: await originTag(key, 'eu/eu-1'), expires_at_s: NOW_S + 60 };
const sealed = await sealToken(key, 'app', token);

describe('a token', () => {
  it('returns its content', async () => {
    expect(await openToken(key, 'app', sealed, NOW_S)).toEqual(token);
  });

  it('has 60 characters allowed in a cookie, and reveals no name', () => {
    expect(sealed).toMatch(/^[A-Za-z0-9_-]{60}$/);
    const bytes = atob(sealed.replaceAll('-', '+').replaceAll('_', '/'));
    for (const name of ['eu', 'eu-1', 'app']) expect(`${sealed} ${bytes}`).not.toContain(name);
  });

  it('expires at its time, whatever the browser keeps', async () => {
    expect(await openToken(key, 'app', sealed, NOW_S + 59.9)).toEqual(token);
    expect(await openToken(key, 'app', sealed, NOW_S + 60)).toBeUndefined();
  });

  it('is refused by another balancer and under another key', async () => {
    expect(await openToken(key, 'app2', sealed, NOW_S)).toBeUndefined();
    expect(await openToken(other, 'app', sealed, NOW_S)).toBeUndefined();
  });

  it('is refused after a change of any character', async () => {
    for (let at = 0; at < sealed.length; at++) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      expect(await openToken(key, 'app', changed, NOW_S)).toBeUndefined();
    }
  });

  it.each([
    ['nothing', ''],
    ['another format', `Ag${sealed.slice(2)}`],
    ['a character too few', sealed.slice(1)],
    ['a character too many', `${sealed}A`],
    ['padding', `${sealed.slice(0, 59)}=`],
    ['base64 of the other alphabet', '+/'.repeat(30)],
    ['bytes that are no text', '\u0000ÿ💥'.repeat(15)],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('is none where a client sends %s', async (_, text) => {
    expect(await openToken(key, 'app', text, NOW_S)).toBeUndefined();
  });
});

describe('originTag', () => {
  it('differs for every origin and every key', async () => {
    const tags = await Promise.all([
      originTag(key, 'eu/eu-1'),
      originTag(key, 'eu/eu-2'),
      originTag(other, 'eu/eu-1'),
    ]);
    expect(new Set(tags).size).toBe(3);
    expect(await originTag(key, 'eu/eu-1')).toBe(tags[0]);
  });
});
