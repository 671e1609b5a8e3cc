import { type Place, placeOf } from '../parts/host.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Line, Option } from './parse.ts';
import { aboutOption } from './server_options.ts';
import type { Settings } from './settings.ts';

/** A `server` line with the options of `default-server`. */
export interface Server extends Place {
  name: string;
  line: Line;
  /** Its own, then those of `default-server` that it does not set. */
  options: Option[];
  weight: number;
  backup: boolean;
  is_secure: boolean;
  is_disabled: boolean;
  is_checked: boolean;
}

/** The servers of a backend that a Worker can connect to. */
export function serversOf(settings: Settings, ledger: Ledger): Server[] {
  const defaults = settings.last('default-server');
  const lines = [...settings.all('server'), ...settings.all('server-template')];
  if (lines.length > 0) ledger.taken(defaults);
  return lines.flatMap((line) => {
    const template = line.words[0] === 'server-template';
    const place = placeOf((line.words[template ? 3 : 2] ?? '').replace(/^(ipv4|ipv6)@/, ''));
    if (place === undefined) {
      ledger.none(line, 'is no host that a Worker can connect to; expose it over HTTP under a hostname');
      for (const option of line.options) ledger.none(option, 'its server was not taken');
      return [];
    }
    if (template) ledger.approximated(line, 'one origin, which the platform resolves');
    else ledger.taken(line);
    return [serverOf(line, place, defaults?.options ?? [])];
  });
}

function serverOf(line: Line, place: Place, defaults: readonly Option[]): Server {
  const own = new Set(line.options.flatMap(({ key }) => [key, key.replace(/^no-/, '')]));
  const options = [...line.options, ...defaults.filter(({ key }) => !own.has(key))];
  const has = (key: string) => options.some((option) => option.key === key);
  const weight = Number(options.find(({ key }) => key === 'weight')?.value ?? 1);
  return {
    ...place,
    name: line.words[1] ?? '',
    line,
    options,
    weight: Number.isInteger(weight) && weight >= 0 && weight <= 256 ? weight : 1,
    backup: has('backup'),
    is_secure: has('ssl'),
    is_disabled: has('disabled'),
    is_checked: has('check'),
  };
}

/** Gives a fate to the options that neither limits nor the monitor have read. */
export function classifyOptions(options: readonly Option[], ledger: Ledger): void {
  for (const option of options) {
    const { key, value } = option;
    if (ledger.has(option)) continue;
    if (key === 'weight' || key === 'ssl' || key === 'disabled' || key === 'enabled') ledger.taken(option);
    else if (key === 'backup')
      ledger.approximated(option, 'a pool of its own, which serves when the first cannot');
    else if (key === 'cookie') ledger.approximated(option, "Plimsoll's own signed cookie names the server");
    else if (key === 'observe')
      ledger.approximated(option, 'failed requests eject the origin (`outlier_detection`)');
    else if (key === 'on-marked-down' || key === 'on-marked-up')
      ledger.none(option, 'requests in flight end by themselves; new ones go to other origins');
    else {
      const { fate, note } = aboutOption(key, value);
      if (fate === 'platform') ledger.platform(option, note);
      else ledger.none(option, note);
    }
  }
}
