import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { processIdentity } from '../../../tools/local/process_identity.ts';

describe('processIdentity', () => {
  it('stays the same as long as a process lives, and is another for every other process', () => {
    const mine = processIdentity(process.pid);
    expect(mine).toBeDefined();
    expect(processIdentity(process.pid)).toBe(mine);
    expect(processIdentity(process.ppid)).not.toBe(mine);
  });

  it('is nothing for a process that has ended', async () => {
    const child = spawn(process.execPath, ['--eval', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(processIdentity(child.pid ?? 0)).toBeUndefined();
  });
});
