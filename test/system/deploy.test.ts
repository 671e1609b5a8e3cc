import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyRepository, removeCopy } from '../../tools/harness/copy.ts';
import { ROOT } from '../../tools/project/root.ts';
import { type CloudflareApi, startCloudflareApi } from './harness/cloudflare_api.ts';

// A call of wrangler takes about two seconds on an idle machine, and all Workers take six calls.
const TIMEOUT_MS = 150_000;

let api: CloudflareApi;
let home: string;
beforeEach(async () => {
  api = await startCloudflareApi();
  home = mkdtempSync(join(tmpdir(), 'plimsoll-home-'));
});
afterEach(async () => {
  await api.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Runs `lb deploy` with the real wrangler against the stand-in, in a home directory without a login. */
function deploy(args: string[], env: Record<string, string> = api.env, root = ROOT) {
  const { CLOUDFLARE_API_TOKEN: _token, XDG_CONFIG_HOME: _config, ...inherited } = process.env;
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'tools', 'cli', 'lb.ts'), 'deploy', ...args],
      { env: { ...inherited, HOME: home, ...env }, timeout: TIMEOUT_MS - 5_000 },
      (error, stdout, stderr) => resolve({ code: error ? 1 : 0, output: `${stdout}${stderr}` }),
    );
  });
}

const scripts = () => api.uploads.map((upload) => upload.script);

describe('lb deploy', { timeout: TIMEOUT_MS }, () => {
  it('uploads all Workers, callees before callers, and creates the KV namespace', async () => {
    const { code, output } = await deploy([]);
    expect(output).toContain('KV namespace "plimsoll" created');
    expect(code).toBe(0);
    expect(api.assets.get('plimsoll-console')).toEqual(
      expect.arrayContaining(['/app/app.css', '/app/app.js']),
    );
    expect(scripts()).toEqual([
      'plimsoll-proxy',
      'plimsoll-health',
      'plimsoll-selector',
      'plimsoll-gateway',
      'plimsoll-console',
    ]);
    const [id] = [...api.namespaces.keys()];
    for (const { script, metadata } of api.uploads.filter(({ script }) => script !== 'plimsoll-proxy'))
      expect(
        metadata.bindings.filter((binding) => binding.type === 'kv_namespace'),
        script,
      ).toEqual([{ name: 'KV', type: 'kv_namespace', namespace_id: id }]);
    for (const { script, metadata } of api.uploads.filter(({ script }) => /gateway|selector/.test(script)))
      expect(metadata.bindings, script).toContainEqual({ name: 'KV_ID', type: 'plain_text', text: id });
    // Only the gateway and the console can be reached from outside.
    expect([...api.public].filter(([, open]) => open).map(([script]) => script)).toEqual([
      'plimsoll-gateway',
      'plimsoll-console',
    ]);
    expect(api.schedules.get('plimsoll-health')).toMatchObject([{ cron: '* * * * *' }]);
  });

  it('uploads exactly one script for `deploy selector`, and reuses the namespace', async () => {
    // The selector is bound to the health Worker, which must exist.
    api.uploads.push({ script: 'plimsoll-health', metadata: { bindings: [] }, bytes: 0 });
    expect((await deploy(['selector'])).output).toContain('created');
    const second = await deploy(['selector']);
    expect(second.output).toContain('KV namespace "plimsoll" found');
    expect(second.code).toBe(0);
    expect(scripts().slice(1)).toEqual(['plimsoll-selector', 'plimsoll-selector']);
    expect(api.namespaces.size).toBe(1);
    const touched = api.calls.flatMap((call) => /\/workers\/scripts\/([^/]+)/.exec(call)?.[1] ?? []);
    expect([...new Set(touched)]).toEqual(['plimsoll-selector']);
  });

  it('stops at the first Worker that fails and lists the ones that are live', async () => {
    api.refuse.add('plimsoll-selector');
    const { code, output } = await deploy([]);
    expect(code).toBe(1);
    expect(output).toContain('Already live: proxy, health.');
    expect(output).toContain('Refused by the test.');
    expect(scripts()).toEqual(['plimsoll-proxy', 'plimsoll-health']);
  });

  it('uploads a proxy with its own configuration file, and binds it to the gateway and the health Worker', async () => {
    const root = copyRepository();
    const own = join(root, 'wrangler.proxy-eu.toml');
    try {
      const ordinary = readFileSync(join(root, 'wrangler.proxy.toml'), 'utf8');
      writeFileSync(own, ordinary);
      const unnamed = await deploy(['proxy-eu'], api.env, root);
      expect(unnamed.output).toContain(
        'wrangler.proxy-eu.toml: `name` is "plimsoll-proxy", as in wrangler.proxy.toml; set it to "plimsoll-proxy-eu"',
      );
      expect(scripts()).toEqual([]);

      const name = ordinary.replace('name = "plimsoll-proxy"', 'name = "plimsoll-proxy-eu"');
      writeFileSync(own, `${name}\n[placement]\nregion = "aws:eu-central-1"\n`);
      const health = await deploy(['health', '--dry-run'], api.env, root);
      expect(health.output).toMatch(/env\.PROXY_EU \(plimsoll-proxy-eu#Probes\)/);
      const gateway = await deploy(['gateway', '--dry-run'], api.env, root);
      expect(gateway.output).toMatch(/env\.PROXY_EU \(plimsoll-proxy-eu\)/);
      expect((await deploy(['proxy-eu'], api.env, root)).code).toBe(0);
      expect(scripts()).toEqual(['plimsoll-proxy-eu']);
    } finally {
      removeCopy(root);
    }
  });

  it('says what to do if there are no credentials, and calls no API', async () => {
    const { code, output } = await deploy([], {
      CLOUDFLARE_API_BASE_URL: api.env['CLOUDFLARE_API_BASE_URL'] ?? '',
    });
    expect(code).toBe(1);
    expect(output).toBe(
      'lb: there are no Cloudflare credentials; set CLOUDFLARE_API_TOKEN or run `npx wrangler login`\n',
    );
    expect(api.calls).toEqual([]);
  });

  it('prints sizes and bindings in a dry run, without an account', async () => {
    const { code, output } = await deploy(['selector', '--dry-run'], {
      CLOUDFLARE_API_BASE_URL: api.env['CLOUDFLARE_API_BASE_URL'] ?? '',
    });
    expect(output).toMatch(/^selector +[\d.]+ KiB minified, [\d.]+ KiB gzip\n.*env\.KV/);
    expect(code).toBe(0);
    expect(api.calls).toEqual([]);
  });
});
