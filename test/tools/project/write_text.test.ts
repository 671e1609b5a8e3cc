import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeText } from '../../../tools/project/write_text.ts';

it('writes a file, or says in a line why it cannot', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'));
  try {
    const file = join(folder, 'a.jsonc');
    writeText(file, '{}');
    expect(readFileSync(file, 'utf8')).toBe('{}');
    expect(() => writeText(join(folder, 'none', 'a.jsonc'), '{}')).toThrow(
      /its folder does not exist; create it first$/,
    );
    expect(() => writeText(folder, '{}')).toThrow(/is a folder; name a file$/);
    expect(() => writeText(join(file, 'b'), '{}')).toThrow(/a part of its path is not a folder/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
