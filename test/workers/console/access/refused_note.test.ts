import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../../shared/errors.ts';
import { NOBODY } from '../../../../workers/console/access/principal.ts';
import {
  forbidden,
  malformedAuthorization,
  missingCredentials,
} from '../../../../workers/console/access/refusals.ts';
import { refusedNote } from '../../../../workers/console/access/refused_note.ts';
import { CODES, Refusal } from '../../../../workers/console/refusal.ts';
import { ADMIN } from './fixture.ts';

const request = (method: string, path = '/api/config?token=SECRET') =>
  new Request(`https://console.example.com${path}`, { method, headers: { 'cf-connecting-ip': '192.0.2.1' } });

describe('refusedNote', () => {
  it('tells who, from where and what, without the query', () => {
    expect(refusedNote(request('GET'), NOBODY, missingCredentials())).toEqual({
      ...{ author: 'nobody', from: '192.0.2.1', what: 'GET /api/config', status: 401 },
      ...{ before: null, after: null, refused: 'nobody' },
      detail: expect.stringContaining('Missing X-Auth-Key'),
    });
    expect(refusedNote(request('DELETE'), ADMIN, forbidden('no'))).toMatchObject({
      ...{ author: 'admin token', refused: 'known', status: 403, detail: 'no' },
    });
  });

  it('cuts a path to 200 characters', () => {
    const note = refusedNote(request('GET', `/${'a'.repeat(500)}`), NOBODY, missingCredentials());
    expect(note?.what).toBe(`GET /${'a'.repeat(199)}`);
  });

  it('takes the address from CF-Connecting-IP alone', () => {
    const forged = new Request('https://console.example.com/', {
      headers: { 'x-forwarded-for': '192.0.2.7' },
    });
    expect(refusedNote(forged, NOBODY, missingCredentials())?.from).toBe('local');
  });

  const lost = new Refusal(412, [{ code: CODES.lost_race, message: 'version 4 is newer than 3' }]);
  it.each([
    ['every refusal about access', 'GET', malformedAuthorization(), true],
    ['a change that lost its race', 'PUT', lost, true],
    ['a change that failed inside', 'POST', new Error('SECRET'), true],
    ['a change that is not possible now', 'POST', new HttpError(503, 'try again'), true],
    ['a reading of what is not there', 'GET', new HttpError(404, 'no'), false],
    ['a reading that failed inside', 'HEAD', new Error('SECRET'), false],
  ])('has a row or none for %s', (_, method, error, has) => {
    const note = refusedNote(request(method), ADMIN, error);
    expect(note !== undefined).toBe(has);
    expect(JSON.stringify(note ?? '')).not.toContain('SECRET');
  });

  it('names the place of a mistake in a body and quotes nothing of the body', () => {
    const mistakes = ['/monitors/0/header/X/0', '/name', '/a', '/b', '/c'].map((pointer) => ({
      ...{ code: CODES.invalid, message: 'got "SECRET"; allowed: another', pointer },
    }));
    expect(refusedNote(request('POST'), ADMIN, new Refusal(400, mistakes))?.detail).toBe(
      'invalid: /monitors/0/header/X/0; invalid: /name; invalid: /a; and 2 more',
    );
    const plain = new HttpError(400, 'The body "SECRET" is not JSON');
    expect(refusedNote(request('POST'), ADMIN, plain)?.detail).toBe('');
  });
});
