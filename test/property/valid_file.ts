import fc from 'fast-check';

// Above 0: where nothing could be served, that is an error.
const weight = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
const origins = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('a', 'b', 'eu', 'us', 'one'), weight, enabled: fc.constant(true) }),
  { minLength: 1, maxLength: 2, selector: ({ name }) => name },
);
/** Small valid files: hosts, paths, pools, origins, policies. */
export const validFile = fc
  .record({
    pools: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'eu', 'us', 'one'), origins }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ name }) => name,
    }),
    hosts: fc.uniqueArray(fc.constantFrom('*', 'a.example', '*.example', '*.a.example', 'b.a.example'), {
      minLength: 1,
      maxLength: 4,
    }),
    path: fc.constantFrom('/', '/a', '/a/b/'),
    policy: fc.constantFrom('', 'off', 'random', 'round_robin', 'hash', 'least_connections'),
    attempts: fc.integer({ min: 1, max: 10 }),
    trusted_proxies: fc.subarray(['10.0.0.0/8', '::1', '192.0.2.7']),
  })
  .map(({ pools, hosts, path, policy, attempts, trusted_proxies }) => ({
    load_balancers: hosts.map((name) => ({
      name,
      path,
      default_pools: pools.map((pool) => pool.name),
      steering_policy: policy,
      retry: { attempts },
      trusted_proxies,
    })),
    pools: pools.map((pool) => ({
      ...pool,
      origins: pool.origins.map((origin) => ({ ...origin, address: `${origin.name}.origin.example` })),
    })),
  }));
