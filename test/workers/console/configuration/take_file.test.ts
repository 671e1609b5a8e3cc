import { describe, expect, it } from 'vitest';
import { takeFile } from '../../../../workers/console/configuration/take_file.ts';
import { Refusal } from '../../../../workers/console/refusal.ts';

const CHECKING = { profile: 'production', force: false } as const;

/** The messages and pointers of a refused file. */
function mistakesIn(text: string): Array<[string, string | undefined]> {
  try {
    takeFile(text, CHECKING);
  } catch (error) {
    if (error instanceof Refusal) return error.mistakes.map(({ message, pointer }) => [message, pointer]);
    throw error;
  }
  throw new Error('the file was not refused');
}

describe('takeFile', () => {
  it('names line and column of every mistake, in the order of the file', () => {
    const text = `{
  // A comment.
  "pools": [
    { "name": "p", "origins": [{ "name": "o", "address": "o.example.com", "weight": 7 }] }
  ],
  "load_balancers": [{ "name": "*", "default_pools": ["q"] }]
}`;
    expect(mistakesIn(text)).toEqual([
      [
        expect.stringMatching(/^line 4, column 75: pools\[0\]\.origins\[0\]\.weight: got 7/),
        '/pools/0/origins/0/weight',
      ],
      [
        expect.stringMatching(/^line 6, column 55: load_balancers\[0\]\.default_pools\[0\]: /),
        '/load_balancers/0/default_pools/0',
      ],
    ]);
  });

  it('names line and column of a mistake of syntax', () => {
    expect(mistakesIn('{\n  "pools": [,]\n}')[0]?.[0]).toMatch(/^line 2, column 13: /);
  });

  it('gives warnings as notes with their places, and forced mistakes among them', () => {
    const text = `{ "load_balancers": [{ "name": "*", "default_pools": ["p"] }],
  "pools": [{ "name": "p", "enabled": false, "origins": [{ "name": "o", "address": "o.example.com" }] }] }`;
    expect(mistakesIn(text)).toHaveLength(1);
    const { notes } = takeFile(text, { ...CHECKING, force: true });
    expect(notes).not.toEqual([]);
    for (const note of notes) expect(note).toMatch(/^line \d+, column \d+: \w.* /);
  });
});
