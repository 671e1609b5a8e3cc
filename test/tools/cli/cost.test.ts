import { describe, expect, it } from 'vitest';
import { fileWith } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

const FILE = `{
  "load_balancers": [{ "name": "*", "default_pools": ["eu"] }],
  "pools": [{ "name": "eu", "monitor": "http", "origins": [
    { "name": "one", "address": "one.example.com" }, { "name": "two", "address": "two.example.com" }
  ] }],
  "monitors": [{ "id": "http", "interval": 20, "consecutive_down": 3 }]
}`;

describe('lb cost', () => {
  it('prints a table by item and what breaks first', async () => {
    const { code, stdout } = await lb(['cost', fileWith(FILE), '--isolates', '1000', '--requests', '1000']);
    expect(code).toBe(0);
    for (const line of [
      /^KV reads +\d/m,
      /^object requests +\d/m,
      /^data points +\d/m,
      /^together +[\d,]+$/m,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).toMatch(/^The last isolate follows a change within [\d.]+ s\.$/m);
    expect(stdout).toMatch(/^First to break, at [\d.]+K? times this size: .+\. .+\.$/m);
  });

  it('reads origins and intervals from the file, and sizes from options', async () => {
    const { stdout } = await lb([
      'cost',
      fileWith(FILE),
      '--json',
      '--no-cache',
      '--changes',
      '0',
      '--sample',
      '0.5',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      deployment: {
        cache: false,
        sample: 0.5,
        publications_per_day: 0,
        probing: { own_checks_per_s: 0.1, slowest: { interval_s: 20, consecutive_down: 3 } },
      },
    });
  });

  it('lists every limit of the Free plan that is broken', async () => {
    const { stdout } = await lb(['cost', fileWith(FILE), '--plan', 'free', '--requests', '50']);
    expect(stdout).toMatch(/^Worker requests +4\.32M +100K +too many$/m);
    expect(stdout).toMatch(/^Too much: Worker requests a day \(4\.32M of 100K\)\. Use the Paid plan\.$/m);
  });

  it('refuses a configuration that is not valid, and a size that is none', async () => {
    const invalid = await lb(['cost', fileWith('{ "pools": 1 }')]);
    expect(invalid.code).toBe(1);
    expect(invalid.stderr).toMatch(/^lb: .* cannot be used:\n.*pools/s);
    const size = await lb(['cost', fileWith(FILE), '--isolates', '0']);
    expect(size.stderr).toContain('It must be a whole number of at least 1.');
  });
});
