import { expect, it } from 'vitest';
import { bodyOf } from '../../../shared/documents/body.ts';
import { bodyKey, CONFIG_KEY, type ConfigDocument } from '../../../shared/model/config.ts';
import { Configuration } from '../../../workers/health/configuration.ts';
import { config, configDocument, origin } from './fixture.ts';

/** The configuration of a coordinator, with KV and the clock of a test. */
function setUp() {
  const clock = { ms: 1_800_000_000_000 };
  const values = new Map<string, string>();
  /** Reads of a body wait for it. */
  let body_read: Promise<void> = Promise.resolve();
  const kv = {
    get: async (key: string, { type }: { type: string }) => {
      if (key !== CONFIG_KEY) await body_read;
      const text = values.get(key) ?? null;
      return type === 'json' && text !== null ? JSON.parse(text) : text;
    },
  } as unknown as KVNamespace;
  const store = { config: undefined, old_config: undefined };
  const configuration = new Configuration(kv, store, () => clock.ms);
  return {
    configuration,
    /** What KV shows. */
    show: ({ version, hash, published_at, config }: ConfigDocument) => {
      values.set(CONFIG_KEY, JSON.stringify({ format: 2, version, hash, published_at, size_bytes: 1 }));
      values.set(bodyKey(hash), bodyOf(config));
    },
    holdBodies: () => {
      const held = Promise.withResolvers<void>();
      body_read = held.promise;
      return held.resolve;
    },
    /** Reads KV after a pause of this length. */
    readAfter: (ms: number) => {
      clock.ms += ms;
      return configuration.refresh();
    },
  };
}

const version = (number: number) => configDocument(config([origin(`v${number}`)]), number);

it('does not go back to the version that KV still shows after each announcement', async () => {
  const { configuration, show, readAfter } = setUp();
  show(version(1));
  await readAfter(10_000);
  for (const number of [2, 3, 4]) {
    configuration.announce(version(number));
    // KV shows a write after up to a minute.
    for (let i = 0; i < 6; i++) {
      await readAfter(10_000);
      expect(configuration.current.version).toBe(number);
    }
    show(version(number));
    for (let i = 0; i < 20; i++) await readAfter(10_000);
  }
});

it('does not go back while one version after the other is announced and KV is always one behind', async () => {
  const { configuration, show, readAfter } = setUp();
  for (let number = 1; number < 30; number++) {
    configuration.announce(version(number));
    await readAfter(10_000);
    expect(configuration.current.version).toBe(number);
    show(version(number));
  }
});

it('takes a lower version if KV shows nothing else for two minutes', async () => {
  const { configuration, show, readAfter } = setUp();
  configuration.announce(version(7));
  show(version(2));
  for (let i = 0; i < 12; i++) {
    await readAfter(10_000);
    expect(configuration.current.version).toBe(7);
  }
  await readAfter(10_000);
  expect(configuration.current.version).toBe(2);
});

it('keeps what is announced while it reads the body of an older version', async () => {
  const { configuration, show, readAfter, holdBodies } = setUp();
  configuration.announce(version(1));
  show(version(2));
  const release = holdBodies();
  const read = readAfter(10_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  configuration.announce(version(3));
  release();
  await read;
  expect(configuration.current.version).toBe(3);
});
