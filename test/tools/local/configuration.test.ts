import { describe, expect, it } from 'vitest';
import { prepareConfig } from '../../../tools/local/configuration.ts';
import { startOptions } from '../../../tools/local/options.ts';
import { demoParts } from '../../../tools/local/parts.ts';

describe('prepareConfig', () => {
  // Some of these are the ports of other origins in the file.
  it.each(['9100', '9101', '9102', '9103', '9104', '910', '65533'])(
    'gives each demo origin its port with --demo-port %s',
    (port) => {
      const options = startOptions(['--demo-port', port]);
      const origins = Object.values(prepareConfig(options).config.pools).flatMap((pool) => pool.origins);
      expect(
        origins.map(({ id, url }) => [id.replace('demo/', 'origin-'), Number(new URL(url).port)]),
      ).toEqual(demoParts(options).map(({ name, port }) => [name, port]));
    },
  );
});
