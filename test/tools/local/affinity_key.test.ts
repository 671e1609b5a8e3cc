import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localAffinityKey } from '../../../tools/local/affinity_key.ts';
import { newFolder } from '../project/temporary_files.ts';

describe('localAffinityKey', () => {
  it('is created once, in a file that only its owner can read', () => {
    const file = join(newFolder(), 'new', 'key');
    const key = localAffinityKey(file);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(localAffinityKey(file)).toBe(key);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(localAffinityKey(join(newFolder(), 'key'))).not.toBe(key);
  });

  it('is created again if the file is empty, because an empty key signs nothing', () => {
    const file = join(newFolder(), 'key');
    writeFileSync(file, '\n');
    expect(localAffinityKey(file)).toMatch(/^[\w-]{43}$/);
  });
});
