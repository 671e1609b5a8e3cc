import { CliError, EXIT } from '../../project/cli_error.ts';
import { type Place, placeOf } from './host.ts';

/** Public hostnames by the host, or `host:port`, that the source names. */
export type HostMap = ReadonlyMap<string, Place>;

/**
 * Reads the values of `--map`: `relay=relay.example.com`, `relay:3000=relay.example.com:443`.
 * @throws CliError that says which one is wrong
 */
export function hostMap(values: readonly string[]): HostMap {
  return new Map(
    values.map((value): [string, Place] => {
      const [, from, to = ''] = /^([^=]+)=(.+)$/.exec(value) ?? [];
      const place = placeOf(to);
      if (from === undefined || place === undefined)
        throw new CliError(
          `--map must be like relay=relay.example.com or relay:3000=relay.example.com:443; got "${value}"`,
          EXIT.usage,
        );
      return [from.replace(/^\[(.*)\]$/, '$1').toLowerCase(), place];
    }),
  );
}
