import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../shared/authoring/parse.ts';
import type { ConfigFile } from '../../shared/authoring/schema.ts';
import { readJson } from '../../shared/authoring/source/json_source.ts';
import { importCloudflare } from '../../tools/import/cloudflare/import.ts';
import { importEnvoy } from '../../tools/import/envoy/import.ts';
import type { Imported } from '../../tools/import/finish.ts';
import { importHaproxy } from '../../tools/import/haproxy/import.ts';
import { importNginx } from '../../tools/import/nginx/import.ts';
import { importTraefik } from '../../tools/import/traefik/import.ts';
import { CliError } from '../../tools/project/cli_error.ts';
import { FOREIGN_FILES } from './foreign_files.ts';
import { anyText, runs } from './runs.ts';

const options = { map: new Map() };

type Read = (text: string) => Imported;
const IMPORTERS: Readonly<Record<keyof typeof FOREIGN_FILES, Read>> = {
  nginx: (text) => importNginx('f', text, { ...options, read: () => [] }),
  haproxy: (text) => importHaproxy('f', text, options),
  traefik: (text) => importTraefik('f.yml', text, options),
  envoy: (text) => importEnvoy('f', text, options),
  cloudflare: (text) => importCloudflare('f', text, options),
};

/** What an importer makes of a text. Undefined: it refuses the text, with an error for the operator. */
function imported(read: Read, text: string): Imported | undefined {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

function errorsOf({ text }: Imported): string[] {
  const { problems } = parseConfig(readJson(text).data, 'production');
  return (
    problems
      // A source may have everything switched off.
      .filter(({ severity, forceable }) => severity === 'error' && !forceable)
      .map(({ path, message }) => `${path.join('.')}: ${message}`)
  );
}

/** Hosts of the source: addresses, or what the report says that placeholders stand for. */
function hostsOf({ text, hosts }: Imported): string[] {
  const config = readJson(text).data as ConfigFile;
  const sources = new Map(hosts.unreachable.map(({ address, host }) => [address, host]));
  return (config.pools ?? []).flatMap(({ origins }) =>
    origins.map(({ address }) => sources.get(address) ?? address),
  );
}

describe.each(Object.entries(IMPORTERS))('importing %s', (system, read) => {
  const file = FOREIGN_FILES[system as keyof typeof FOREIGN_FILES];

  it('never crashes, and writes nothing that validation refuses', () => {
    fc.assert(
      fc.property(file, (text) => {
        const found = imported(read, text);
        if (found !== undefined) expect(errorsOf(found)).toEqual([]);
      }),
      runs(),
    );
  });

  it('crashes on no text at all', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.tuple(file, anyText, fc.nat(400)).map(cut)), (text) => {
        imported(read, text);
      }),
      runs(),
    );
  });

  it('invents no origin: each is a host of the source, or a placeholder for one', () => {
    fc.assert(
      fc.property(file, (text) => {
        const found = imported(read, text);
        for (const host of found === undefined ? [] : hostsOf(found)) expect(text).toContain(host);
      }),
      runs(),
    );
  });
});

/** A file with other text somewhere in it. */
function cut([text, other, at]: readonly [string, string, number]): string {
  return text.slice(0, at) + other + text.slice(at + 1);
}
