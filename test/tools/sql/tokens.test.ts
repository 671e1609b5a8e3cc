import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOf, SqlError, significant, tokenize } from '../../../shared/analytics/sql/tokens.ts';

const types = (sql: string) => significant(tokenize(sql)).map(({ type, text }) => `${type} ${text}`);

describe('tokenize', () => {
  it.each([
    ["'it''s'", ["string 'it''s'"]],
    ["'a\\'b' c", ["string 'a\\'b'", 'word c']],
    ["'\\\\' c", ["string '\\\\'", 'word c']],
    ['"a b" `c"d`', ['quoted "a b"', 'quoted `c"d`']],
    ["a -- it's\nb", ['word a', 'word b']],
    ['a # "\nb', ['word a', 'word b']],
    ["a /* ' */ b", ['word a', 'word b']],
    ['a/b', ['word a', 'operator /', 'word b']],
    ['a-1.5e-3', ['word a', 'operator -', 'number 1.5e-3']],
    ['a>=.5', ['word a', 'operator >=', 'number .5']],
    ['_sample_interval', ['word _sample_interval']],
  ])('%s', (sql, expected) => expect(types(sql)).toEqual(expected));

  it.each([
    ["SELECT 'a", 'line 1, column 8: the string is not closed'],
    ['SELECT\n "a', 'line 2, column 2: the quoted name is not closed'],
    ['SELECT /* a', 'line 1, column 8: the comment is not closed'],
    ['SELECT §', 'line 1, column 8: unexpected character "§"'],
  ])('says where %j cannot be read', (sql, message) => {
    expect(() => tokenize(sql)).toThrow(message);
  });

  it('drops nothing: the tokens joined are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        let tokens: ReturnType<typeof tokenize>;
        try {
          tokens = tokenize(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SqlError);
          return;
        }
        expect(tokens.map((token) => token.text).join('')).toBe(text);
      }),
    );
  });

  it('reads a quoted name as the engine does', () => {
    expect(nameOf(tokenize('"a""b"')[0])).toBe('a"b');
    expect(nameOf(tokenize('`a\\`b`')[0])).toBe('a`b');
    expect(nameOf(tokenize("'a'")[0])).toBeUndefined();
  });
});
