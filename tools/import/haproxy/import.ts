import type { FileBalancer } from '../../../shared/authoring/schema.ts';
import { finish, type Imported, type ImportOptions } from '../finish.ts';
import { Notes } from '../output/notes.ts';
import { Names } from '../parts/names.ts';
import { ServedHosts } from '../parts/served_hosts.ts';
import { Ledger } from '../report/ledger.ts';
import { WHOLE } from '../report/print.ts';
import { aboutLine, SECTIONS } from './about_line.ts';
import { type Backend, backendOf } from './backend.ts';
import { balancerOf } from './frontend.ts';
import { everyDirective, parseHaproxy, type Section } from './parse.ts';
import { classifyOptions } from './server.ts';
import { type Settings, withDefaults } from './settings.ts';

/**
 * Imports HAProxy's frontends and backends in mode http.
 * @param file its name in messages
 * @throws CliError if the file is not valid
 */
export function importHaproxy(file: string, text: string, options: ImportOptions): Imported {
  const sections = parseHaproxy(file, text);
  const ledger = new Ledger(everyDirective(sections));
  const notes = new Notes();
  const context = { ledger, notes, names: new Names() };
  const settings = withDefaults(sections);
  const http = settings.filter((each) => isProxy(each) && each.mode === 'http');
  const backends = new Map<string, Backend>();
  for (const each of http)
    if (each.section.keyword !== 'frontend') {
      const backend = backendOf(each, context);
      if (backend !== undefined) backends.set(each.section.name, backend);
      if (backend !== undefined) ledger.taken(each.section.head);
    }
  const hosts = new ServedHosts<Section>();
  const balancers = http.flatMap((each) => namedBalancer(each, backends, hosts, context));
  for (const each of settings) classifySection(each, http.includes(each), ledger);
  for (const each of sections) classifyDefaults(each, ledger);
  const config = {
    load_balancers: balancers,
    pools: [...backends.values()].flatMap(({ pools }) => pools),
    monitors: [...backends.values()].flatMap(({ monitors }) => monitors),
  };
  return finish({ config, notes, ledger, unnamed: hosts.unnamed, header: headerOf(file) }, options);
}

function headerOf(file: string): string[] {
  return [
    `Imported from HAProxy's ${file} by \`lb import haproxy\`. The report says what became of every directive.`,
    "HAProxy's defaults that differ from Plimsoll's are set below: weighted round robin, checks every 2 s (here 5 s, the least), " +
      'fall 3, rise 2, no retry of a check, retries 3 after failed connections only, and no ejection by failed requests.',
    'A frontend has no hostname. Its load balancer serves every host (`*`), and its conditions are rules.',
    "HAProxy passes the client's Host on. Here an origin sees its address as Host, and X-Forwarded-Host has the client's; " +
      'set `header` of an origin to change that.',
  ];
}

function isProxy({ section }: Settings): boolean {
  return /^(frontend|backend|listen)$/.test(section.keyword);
}

function namedBalancer(
  settings: Settings,
  backends: ReadonlyMap<string, Backend>,
  hosts: ServedHosts<Section>,
  { ledger, notes }: { ledger: Ledger; notes: Notes },
): FileBalancer[] {
  const { section } = settings;
  if (section.keyword === 'backend') return [];
  const made = balancerOf(settings, backends, backends.get(section.name), ledger);
  if (made === undefined) {
    ledger.platform(section.head, 'it leads to no backend');
    return [];
  }
  ledger.taken(section.head);
  const name = hosts.hostFor(section, '*', section.name);
  const balancer: FileBalancer = { name, ...made };
  notes.add(balancer, `${section.head.file}:${section.head.line} ${section.head.text}`);
  if (name !== '*')
    notes.add(balancer, 'A Worker has one port; write the hostname that this frontend serves.', 'name');
  return [balancer];
}

/** Gives a fate to the lines of a section that no other part has read. */
function classifySection({ section, mode }: Settings, is_http: boolean, ledger: Ledger): void {
  const { head, lines, keyword } = section;
  const about = SECTIONS[keyword];
  const is_tcp = about === undefined && !is_http && keyword !== '';
  const fate = is_tcp ? { fate: 'none' as const, note: `mode ${mode}; a Worker balances HTTP only` } : about;
  for (const line of [head, ...lines]) {
    if (fate !== undefined)
      for (const each of [line, ...line.options])
        if (fate.fate === 'none') ledger.none(each, WHOLE + fate.note);
        else ledger.platform(each, WHOLE + fate.note);
    else if (line === head) {
      if (!ledger.has(head)) ledger.none(head, 'it has no server that was taken');
    } else classifyLine(line, ledger);
  }
}

function classifyDefaults({ keyword, head, lines }: Section, ledger: Ledger): void {
  if (keyword !== 'defaults') return;
  ledger.taken(head);
  for (const line of lines) classifyLine(line, ledger);
}

function classifyLine(line: Parameters<typeof aboutLine>[0], ledger: Ledger): void {
  if (!ledger.has(line)) {
    const about = aboutLine(line);
    if (line.words[0] === 'mode') ledger.taken(line);
    else if (about?.fate === 'platform') ledger.platform(line, about.note);
    else if (about?.fate === 'none') ledger.none(line, about.note);
    else if (/^(timeout|retries|retry-on|option|balance|cookie|default-server)$/.test(line.words[0] ?? ''))
      ledger.none(line, 'not in force: no backend in mode http reads it');
  }
  classifyOptions(line.options, ledger);
}
