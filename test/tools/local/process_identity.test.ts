import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { processIdentity } from '../../../tools/local/process_identity.ts';

describe('processIdentity', () => {
  it('is constant while a process lives, and differs for every other process', () => {
    const mine = processIdentity(process.pid);
    expect(mine).toBeDefined();
    expect(processIdentity(process.pid)).toBe(mine);
    expect(processIdentity(process.ppid)).not.toBe(mine);
  });

  it('is undefined for a process that has ended', async () => {
    const child = spawn(process.execPath, ['--eval', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(processIdentity(child.pid ?? 0)).toBeUndefined();
  });
});
