import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isToken } from '../../../shared/contracts/access.ts';
import { localAdminToken, localAffinityKey } from '../../../tools/local/secrets.ts';
import { newFolder } from '../project/temporary_files.ts';

describe.each([
  ['localAffinityKey', localAffinityKey],
  ['localAdminToken', localAdminToken],
])('%s', (_, secretIn) => {
  it('is created once, in a file that only its owner can read', () => {
    const file = join(newFolder(), 'new', 'secret');
    const secret = secretIn(file);
    expect(secret).toMatch(/^(?:plimsoll_)?[\w-]{43}$/);
    expect(secretIn(file)).toBe(secret);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(secretIn(join(newFolder(), 'secret'))).not.toBe(secret);
  });

  it('is created again if the file is empty, because an empty secret protects nothing', () => {
    const file = join(newFolder(), 'secret');
    writeFileSync(file, '\n');
    expect(secretIn(file)).toMatch(/[\w-]{43}$/);
  });
});

describe('localAdminToken', () => {
  it('has the form of a token, which the console requires', () => {
    expect(isToken(localAdminToken(join(newFolder(), 'token')))).toBe(true);
  });
});
