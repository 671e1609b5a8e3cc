import { describe, expect, it } from 'vitest';
import { fileWith } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

const FIVE_MISTAKES = `{
  "load_balancers": [
    {
      "name": "app.example.com",
      "default_pools": ["eu"],
      "fallback": "eu", // unknown field
      "steering_policy": "roundrobin" // unknown policy
    }
  ],
  "pools": [
    {
      "name": "eu",
      "monitor": "htpp", // no such monitor
      "origins": [
        { "name": "eu-1", "address": "203.0.113.7" }, // bare IP address
        { "name": "eu-1", "address": "eu-1.example.com" } // same name again
      ]
    }
  ],
  "monitors": [{ "id": "http" }]
}
`;

const VALID = `{
  "load_balancers": [{ "name": "*", "default_pools": ["eu"], "ttl": 60 }],
  "pools": [{ "name": "eu", "origins": [{ "name": "o", "address": "127.0.0.1" }] }]
}
`;

describe('lb validate', () => {
  it('lists all five errors of a file with file, line, column and path, and exits with 1', async () => {
    const file = fileWith(FIVE_MISTAKES);
    const { code, stdout } = await lb(['validate', file]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split('  ').slice(0, 3))).toEqual([
      [`${file}:6:7`, 'load_balancers[0].fallback', 'error'],
      [`${file}:7:7`, 'load_balancers[0].steering_policy', 'error'],
      [`${file}:13:7`, 'pools[0].monitor', 'error'],
      [`${file}:15:27`, 'pools[0].origins[0].address', 'error'],
      [`${file}:16:11`, 'pools[0].origins[1].name', 'error'],
      [`${file} is not valid: 5 errors, 0 warnings`],
    ]);
    expect(stdout).toContain('did you mean `fallback_pool`?');
    expect(stdout).toContain('did you mean "round_robin"?');
    expect(stdout).toContain('did you mean "http"?');
    expect(code).toBe(1);
  });

  it('exits with 0 if there are only warnings, and counts them', async () => {
    const file = fileWith(VALID);
    const { code, stdout } = await lb(['validate', '--local', file]);
    expect(stdout).toContain(`${file}:2:62  load_balancers[0].ttl  warning  60 has no effect: it is for DNS`);
    expect(stdout).toContain(`${file} is valid: 0 errors, 1 warning\n`);
    expect(code).toBe(0);
  });

  it('refuses addresses that are valid only locally, and points to --local', async () => {
    const { code, stdout } = await lb(['validate', fileWith(VALID)]);
    expect(stdout).toContain('"127.0.0.1", which is loopback');
    expect(stdout).toContain('It is valid for `npm start`; check that with --local.');
    expect(code).toBe(1);
  });

  it('prints JSON for programs', async () => {
    const file = fileWith(VALID);
    const { code, stdout } = await lb(['validate', '--local', '--json', file]);
    expect(JSON.parse(stdout)).toEqual({
      file,
      valid: true,
      problems: [
        {
          severity: 'warning',
          path: 'load_balancers[0].ttl',
          line: 2,
          column: 62,
          message: '60 has no effect: it is for DNS',
        },
      ],
    });
    expect(code).toBe(0);
  });

  it('reports a missing file in one line', async () => {
    const { code, stdout, stderr } = await lb(['validate', 'no-such-file.jsonc']);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'lb: there is no configuration file no-such-file.jsonc; check the path\n',
    });
  });

  it('accepts the files of the repository', async () => {
    expect((await lb(['validate'])).stdout).toContain('plimsoll.jsonc is valid');
    expect((await lb(['validate', '--local', 'tools/local/demo.jsonc'])).stdout).toContain('is valid');
  });
});
