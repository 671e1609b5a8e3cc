import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileWith } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

const NGINX = 'include conf.d/*.conf;\nserver { location / { proxy_pass http://app; } }\n';

/** An nginx.conf beside a folder conf.d with an upstream. */
function nginxFolder(): { file: string; out: string } {
  const file = fileWith(NGINX, 'nginx.conf');
  const folder = dirname(file);
  mkdirSync(join(folder, 'conf.d'));
  writeFileSync(join(folder, 'conf.d', 'app.conf'), 'upstream app { server app1:3000; }\n');
  return { file, out: join(folder, 'plimsoll.jsonc') };
}

describe('lb import', () => {
  it('writes a file that lb validate accepts, follows includes, and reports every directive', async () => {
    const { file, out } = nginxFolder();
    const imported = await lb(['import', 'nginx', file, '--out', out, '--map', 'app1=app.example.net:443']);
    expect(imported.code).toBe(0);
    expect(imported.stdout).toContain('conf.d/app.conf:1  server app1:3000');
    expect(imported.stdout).toContain('6 directives: 6 taken');
    expect(readFileSync(out, 'utf8')).toContain('"address": "app.example.net"');
    expect((await lb(['validate', out])).code).toBe(0);
  });

  it('overwrites a file only with --force', async () => {
    const { file, out } = nginxFolder();
    writeFileSync(out, 'mine');
    const refused = await lb(['import', 'nginx', file, '--out', out]);
    expect([refused.code, readFileSync(out, 'utf8')]).toEqual([1, 'mine']);
    expect(refused.stderr).toContain('exists already');
    expect((await lb(['import', 'nginx', file, '--out', out, '--force'])).code).toBe(0);
  });

  it('prints the configuration to stdout and the report to stderr with --out -', async () => {
    const { file } = nginxFolder();
    const { stdout, stderr } = await lb(['import', 'nginx', file, '--out', '-']);
    expect(stdout).toMatch(/^\/\/ Imported from nginx/);
    expect(stderr).toContain('Hosts that no Worker can reach (1)');
  });

  it('names the line of a mistake, and prints no stack', async () => {
    const { code, stderr } = await lb([
      'import',
      'haproxy',
      fileWith('server a b', 'haproxy.cfg'),
      '--out',
      '-',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^lb: \S+haproxy\.cfg:1: server is in no section; `haproxy -c` finds such mistakes\n$/,
    );
  });

  it('exits with 2 for a --map that it cannot read, and without a token for an account', async () => {
    const { file } = nginxFolder();
    expect((await lb(['import', 'nginx', file, '--out', '-', '--map', 'app1'])).code).toBe(2);
    const account = await lb(['import', 'cloudflare', '--out', '-'], { CLOUDFLARE_ACCOUNT_ID: '' });
    expect(account.code).toBe(2);
    expect(account.stderr).toContain('CLOUDFLARE_API_TOKEN');
  });
});
