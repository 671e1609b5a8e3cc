import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { deployableProxies, namedProxies, withProxies } from '../../../tools/project/extra_proxies.ts';

const EU = { name: 'proxy-eu', binding: 'PROXY_EU' };

describe('namedProxies', () => {
  it('lists each proxy that a pool or an origin names once, without the ordinary one', () => {
    const { config } = parseConfig(
      {
        load_balancers: [{ name: '*', default_pools: ['a', 'b'], fallback_pool: 'a' }],
        pools: [
          {
            name: 'a',
            proxy: 'us-east_1',
            origins: [
              { name: 'one', address: 'one.example.com' },
              { name: 'two', address: 'two.example.com', proxy: 'eu' },
            ],
          },
          { name: 'b', origins: [{ name: 'three', address: 'three.example.com' }] },
          { name: 'c', proxy: 'eu', origins: [{ name: 'four', address: 'four.example.com' }] },
        ],
      },
      'local',
    );
    expect(config && namedProxies(config)).toEqual([
      EU,
      { name: 'proxy-us-east-1', binding: 'PROXY_US_EAST_1' },
    ]);
  });
});

describe('deployableProxies', () => {
  it('lists the proxies with a wrangler file', () => {
    const root = mkdtempSync(join(tmpdir(), 'plimsoll-proxies-'));
    for (const name of ['proxy', 'proxy-us-east', 'proxy-eu', 'gateway'])
      writeFileSync(join(root, `wrangler.${name}.toml`), '');
    expect(deployableProxies(root)).toEqual([EU, { name: 'proxy-us-east', binding: 'PROXY_US_EAST' }]);
    rmSync(root, { recursive: true });
  });
});

describe('withProxies', () => {
  const PROXY = { binding: 'PROXY', service: 'plimsoll-proxy' };
  const PROXY_EU = { binding: 'PROXY_EU', service: 'plimsoll-proxy-eu' };

  it('adds a binding for each extra proxy to the Workers that call proxies', () => {
    expect(withProxies('gateway', [PROXY], [PROXY_EU])).toEqual([PROXY, PROXY_EU]);
    expect(withProxies('health', [], [PROXY_EU])).toEqual([{ ...PROXY_EU, entrypoint: 'Probes' }]);
    expect(withProxies('selector', [], [PROXY_EU])).toEqual([]);
  });

  it('keeps a binding that is already there', () => {
    const own = { binding: 'PROXY_EU', service: 'mine' };
    expect(withProxies('gateway', [own], [PROXY_EU])).toEqual([own]);
  });
});
