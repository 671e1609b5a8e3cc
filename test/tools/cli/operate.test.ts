import { describe, expect, it } from 'vitest';
import { refusal, startConsole } from './fake_console.ts';
import { lb } from './lb_process.ts';

const SOURCE = JSON.stringify({
  load_balancers: [{ name: '*', id: 'app', default_pools: ['p'], session_affinity: 'cookie' }],
  pools: [
    {
      name: 'p',
      origins: [
        { name: 'a', address: 'a.example.com' },
        { name: 'b', address: 'b.example.com' },
      ],
    },
  ],
});

/** A console whose newest version is `SOURCE`. */
async function published(...args: Parameters<typeof startConsole>) {
  const console_ = await startConsole(...args);
  console_.history.write(SOURCE, 'cli');
  return console_;
}

describe('lb drain, maintenance and ready', () => {
  it('change an origin through the console, and print what it says about sessions', async () => {
    await using api = await published();
    api.history.notes = ['warning: pool p has no origin left', 'sessions of app stay until they end'];
    const drain = await lb(['drain', 'p/a', '--comment', 'disk'], api.env);
    expect(drain.stderr).toBe(
      'warning: pool p has no origin left\nnote: sessions of app stay until they end\n',
    );
    expect(drain.stdout).toMatch(/^p\/a is in drain in production: version 2, hash [0-9a-f]{12}\n/);
    expect(drain.stdout).toContain(
      'To keep it beyond the next `lb publish`, write "state": "drain" into the file.\n',
    );
    expect(api.history.draft().pools[0]?.origins[0]?.state).toBe('drain');
    expect(api.history.newest).toMatchObject({ way: 'drain', comment: 'disk' });

    const ready = await lb(['ready', 'p/a'], api.env);
    expect(ready.stdout).toMatch(/^p\/a is ready in production: version 3, /);
    expect(api.history.newest?.way).toBe('ready');
  });

  it('send --force, and say so if nothing changed', async () => {
    await using api = await published();
    await lb(['maintenance', 'p', '--force'], api.env);
    expect(api.asked.some(({ path }) => path === '/api/states?force=true')).toBe(true);
    const second = await lb(['maintenance', 'p'], api.env);
    expect(second.stdout).toMatch(/^nothing changed: p is already in maintenance in production, version 2, /);
    expect(second.code).toBe(0);
  });

  it('switch the maintenance page of a load balancer', async () => {
    await using api = await published();
    const { stdout } = await lb(['maintenance', '--balancer', 'app'], api.env);
    expect(stdout).toContain('app is in maintenance in production: version 2');
    expect(stdout).toContain('write "maintenance": { "enabled": true } into the file');
    expect(api.history.draft().load_balancers[0]?.maintenance).toEqual({ enabled: true });
  });

  it('refuse with the words of the console, and with 2 if nothing or two things are named', async () => {
    const message = 'target "p/c" is no origin; there are p/a, p/b';
    await using api = await published(({ path }) =>
      path.startsWith('/api/states') ? refusal(404, 1_004, message) : undefined,
    );
    const { code, stdout, stderr } = await lb(['drain', 'p/c'], api.env);
    expect([code, stdout, stderr]).toEqual([1, '', `lb: ${api.url}: ${message}\n`]);
    for (const args of [[], ['p', '--balancer', 'app']])
      expect(await lb(['ready', ...args], api.env)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('name one of these'),
      });
  });

  it('name --force if a load balancer would have nothing usable', async () => {
    await using api = await published(({ path }) =>
      path === '/api/states' ? refusal(409, 1_006, 'load balancer app would have nothing usable') : undefined,
    );
    const { code, stderr } = await lb(['drain', 'p'], api.env);
    expect(code).toBe(1);
    expect(stderr).toContain('would have nothing usable\n  To change it all the same, add --force.\n');
  });
});

describe('a change that KV does not have yet', () => {
  it('is reported at once', async () => {
    await using api = await published();
    api.history.late_looks = 1_000;
    const { code, stdout, stderr } = await lb(['drain', 'p/a'], api.env);
    expect(stdout).toMatch(/^p\/a is in drain in production: version 2\n/);
    expect(stderr).toBe('note: version 2 is saved; gateways follow within ten seconds\n');
    expect(code).toBe(0);
  });

  it('is waited for with --wait', async () => {
    await using api = await published();
    // More looks than fit into the time of a command that does not wait.
    api.history.late_looks = 6;
    const { stdout, stderr } = await lb(['drain', 'p/a', '--wait'], api.env);
    expect(stdout).toMatch(/^p\/a is in drain in production: version 2, hash c0ffee/);
    expect(stderr).toBe('');
  });
});

describe('lb weight', () => {
  it('sets the weight of an origin', async () => {
    await using api = await published();
    const { stdout } = await lb(['weight', 'p/a', '0.25'], api.env);
    expect(stdout).toMatch(/^p\/a has weight 0\.25 in production: version 2, hash /);
    expect(stdout).toContain('write "weight": 0.25 into the file');
    expect(api.history.draft().pools[0]?.origins[0]?.weight).toBe(0.25);
    expect(api.history.newest?.way).toBe('weight');
  });

  it('refuses a weight that is no number from 0 to 1, with 2', async () => {
    const { code, stderr } = await lb(['weight', 'p/a', '7'], { PLIMSOLL_CONSOLE_URL: 'http://127.0.0.1:9' });
    expect(stderr).toContain('It must be a number from 0 to 1.');
    expect(code).toBe(2);
  });
});

describe('lb strategy use', () => {
  it('switches a pool or a load balancer to another strategy', async () => {
    await using api = await published();
    const pool = await lb(['strategy', 'use', 'hash', '--pool', 'p'], api.env);
    expect(pool.stdout).toMatch(/^p uses hash in production: version 2, hash /);
    expect(api.history.draft().pools[0]?.origin_steering).toEqual({ policy: 'hash' });
    const balancer = await lb(['strategy', 'use', 'random', '--balancer', 'app'], api.env);
    expect(balancer.stdout).toContain('write "steering_policy": "random" into the file');
    expect(api.history.draft().load_balancers[0]?.steering_policy).toBe('random');
    expect(api.history.newest?.way).toBe('strategy');
  });

  it('wants either a pool or a load balancer', async () => {
    await using api = await published();
    const { code, stderr } = await lb(['strategy', 'use', 'hash'], api.env);
    expect([code, stderr]).toEqual([2, 'lb: name one of these: --pool ID or --balancer ID\n']);
  });
});
