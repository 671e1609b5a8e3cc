import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

// Unit tests share two cores. Systems of many processes come after them.
const together = { maxWorkers: 2, sequence: { groupOrder: 0 } };

/**
 * Node keeps what it compiled, by content. A command that a test runs in a process of its own then takes a third of the
 * processor time: 0.16 s instead of 0.45 s for `lb validate`.
 */
const COMPILED = { NODE_COMPILE_CACHE: new URL('./node_modules/.cache/node', import.meta.url).pathname };

/** How many cases a property test draws (test/property/runs.ts); `--mode full` is `npm run test:property`. */
function propertyRuns(mode: string): number {
  return mode === 'full' ? 100_000 : 1_000;
}

/** How long `npm run test:cost` counts operations (test/system/cost.test.ts), and how long every other run does. */
function costSeconds(mode: string): number {
  return mode === 'cost' ? 30 : 6;
}

/** The configuration of last resort, which a deployment bundles. */
const resolve = {
  alias: { 'bundled-config': new URL('./test/shared/bundled-config.ts', import.meta.url).pathname },
};

/** Systems of real processes. */
const system = {
  environment: 'node' as const,
  env: COMPILED,
  // Many processes start in each: seconds, minutes on a busy machine.
  testTimeout: 180_000,
  hookTimeout: 240_000,
};

/** System tests that use less than half of a processor. */
const WAITING = systemTests('absent', 'health', 'sessions', 'console/kv');

/** System tests of which two at a time disturb nobody: no script, and no deadline of milliseconds, is judged in them. */
const PAIRED = [
  ...systemTests('page', 'deploy', 'examples', 'bad_input', 'explain', 'proxy', 'redirects', 'rules'),
  'test/system/console/**/*.test.ts',
  'test/system/protocols/**/*.test.ts',
  'test/system/security/**/*.test.ts',
];

function systemTests(...names: string[]): string[] {
  return names.map((name) => `test/system/${name}.test.ts`);
}

const clients = {
  test: {
    name: 'clients',
    include: ['test/clients/**/*.test.ts'],
    environment: 'node' as const,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
};

// Three kinds of test: pure code in the Workers runtime, tools in Node, and whole systems of real processes. A fourth,
// other people's clients, is a command of its own: `npm run test:clients`.
export default defineConfig(({ mode }) => ({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest({
            main: './workers/health/worker.ts',
            remoteBindings: false,
            miniflare: {
              compatibilityDate: '2026-10-01',
              compatibilityFlags: ['enable_request_signal'],
              kvNamespaces: ['KV'],
              ratelimits: { RATE_LIMIT: { namespace_id: '1', simple: { limit: 3, period: 60 } } },
              durableObjects: {
                MONITORS: { className: 'Monitors', useSQLite: true },
                REGIONS: { className: 'Region', useSQLite: true },
              },
              serviceBindings: { PROXY: () => new Response('no proxy in unit tests', { status: 503 }) },
            },
          }),
        ],
        resolve,
        // One runtime for all files: starting one per file takes three times as long as all of their tests.
        test: {
          name: 'workers',
          include: ['test/workers/**/*.test.ts', 'test/shared/**/*.test.ts', 'test/property/**/*.test.ts'],
          exclude: ['test/workers/console/**', 'test/property/console/**'],
          isolate: false,
          // Many cases are asked for: a millisecond or so each, more on a busy machine.
          testTimeout: Math.max(20_000, propertyRuns(mode) * 6),
          provide: { property_runs: propertyRuns(mode) },
          ...together,
        },
      },
      // The console's Worker has an object of its own, which only its own runtime can offer.
      {
        plugins: [
          cloudflareTest({
            main: './workers/console/worker.ts',
            remoteBindings: false,
            miniflare: {
              compatibilityDate: '2026-10-01',
              compatibilityFlags: ['nodejs_compat'],
              kvNamespaces: ['KV'],
              ratelimits: { WRONG_TOKENS: { namespace_id: '2', simple: { limit: 10, period: 60 } } },
              durableObjects: { HISTORY: { className: 'History', useSQLite: true } },
            },
          }),
        ],
        resolve,
        test: {
          name: 'console',
          include: ['test/workers/console/**/*.test.ts', 'test/property/console/**/*.test.ts'],
          isolate: false,
          testTimeout: 20_000,
          provide: { property_runs: propertyRuns(mode) },
          ...together,
        },
      },
      {
        test: {
          name: 'tools',
          include: ['test/tools/**/*.test.ts'],
          environment: 'node',
          // Many run commands in processes of their own: a second or so each, ten times as long on a busy machine.
          testTimeout: 120_000,
          env: COMPILED,
          ...together,
        },
      },
      // These wait for timeouts and intervals most of the time, so they do so together.
      {
        test: {
          ...system,
          name: 'waiting',
          include: WAITING,
          maxWorkers: WAITING.length,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...system,
          name: 'paired',
          include: PAIRED,
          exclude: WAITING,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...system,
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: [...WAITING, ...PAIRED],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          provide: { cost_seconds: costSeconds(mode) },
        },
      },
      ...(mode === 'clients' ? [clients] : []),
    ],
  },
}));
