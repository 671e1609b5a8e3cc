import { describe, expect, it } from 'vitest';
import { DEFAULT_LOCAL_FACTS, localFacts, resolveEnvironment } from '../../../tools/project/environment.ts';
import { fileWith } from './temporary_files.ts';

const NONE = '/no-such-folder/local.json';

describe('resolveEnvironment', () => {
  it.each([
    [{}, {}, 'local'],
    [{}, { CLOUDFLARE_API_TOKEN: 't' }, 'production'],
    [{}, { CLOUDFLARE_API_TOKEN: '' }, 'local'],
    [{ remote: true }, {}, 'production'],
    [{ local: true }, { CLOUDFLARE_API_TOKEN: 't' }, 'local'],
  ])('with the options %o and the variables %o is %s', (options, env, kind) => {
    expect(resolveEnvironment(options, env, NONE).kind).toBe(kind);
  });
});

describe('localFacts', () => {
  it('are the defaults if nothing runs', () => {
    expect(localFacts(NONE)).toEqual(DEFAULT_LOCAL_FACTS);
  });

  it('are those that `npm start` wrote, and the defaults for the rest', () => {
    const file = fileWith('{ "gateway_port": 9999, "pid": 1 }', 'local.json');
    expect(localFacts(file)).toEqual({ ...DEFAULT_LOCAL_FACTS, gateway_port: 9999, pid: 1 });
  });

  it('are the defaults while the file is half written', () => {
    expect(localFacts(fileWith('{ "gateway_po', 'local.json'))).toEqual(DEFAULT_LOCAL_FACTS);
  });
});
