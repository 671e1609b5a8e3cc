import type { FileBalancer } from '../../../shared/authoring/schema.ts';
import { finish, type Imported, type ImportOptions } from '../finish.ts';
import { Notes } from '../output/notes.ts';
import { isServable, ServedHosts } from '../parts/served_hosts.ts';
import { Ledger } from '../report/ledger.ts';
import { WHOLE } from '../report/print.ts';
import { aboutDirective } from './about_balancing.ts';
import type { Context } from './context.ts';
import { type ReadIncluded, STANDARD_FILES, withIncludes } from './include.ts';
import { locationsOf } from './location.ts';
import { PoolBook } from './pool_book.ts';
import { balancersOf } from './server.ts';
import { everyDirective, type Statement } from './statement.ts';

/**
 * Imports nginx's HTTP servers and upstreams.
 * @param file its name in messages
 * @throws CliError if the file is not valid
 */
export function importNginx(
  file: string,
  text: string,
  options: ImportOptions & { read: ReadIncluded },
): Imported {
  const { block, missing } = withIncludes(file, text, options.read);
  const ledger = new Ledger(everyDirective(block));
  const notes = new Notes();
  // A file of conf.d has no `http` around it.
  const http = [...block, ...block.filter(({ name }) => name === 'http').flatMap((each) => each.block ?? [])];
  const named = (name: string) => http.filter((each) => each.name === name && each.block !== undefined);
  const book = new PoolBook(named('upstream'), ledger, notes);
  const maps = new Map(named('map').map((each) => [each.args[1] ?? '', each]));
  const context: Context = { ledger, notes, book, maps };
  for (const each of block) if (each.name === 'http') ledger.taken(each);
  const hosts = new ServedHosts<Statement>();
  // TLS servers come first: they keep the host if a server on port 80 has it too.
  const servers = named('server').sort((a, b) => Number(isTls(b)) - Number(isTls(a)));
  const balancers = servers.flatMap((each) => serverBalancers(each, http, hosts, context));
  const pools = book.finish();
  classifyRest(block, ledger, missing);
  const config = { load_balancers: balancers, pools };
  return finish({ config, notes, ledger, unnamed: hosts.unnamed, header: headerOf(file) }, options);
}

function listensOf(server: Statement): readonly Statement[] {
  return (server.block ?? []).filter(({ name }) => name === 'listen');
}

function isTls(server: Statement): boolean {
  return listensOf(server).some(({ args }) => args.includes('ssl') || /(^|:)443$/.test(args[0] ?? ''));
}

function isPort80(server: Statement): boolean {
  return listensOf(server).every(({ args }) => /(^|:)80$/.test(args[0] ?? ''));
}

function headerOf(file: string): string[] {
  return [
    `Imported from nginx's ${file} by \`lb import nginx\`. The report says what became of every directive.`,
    "nginx's defaults that differ from Plimsoll's are set below: smooth weighted round robin, an ejection after one failure " +
      '(max_fails=1) for 10 s, 60 s between two reads of an answer, and every server tried once.',
    'nginx has no active health checks. A monitor (docs/health.md) finds a failed origin before a client does.',
  ];
}

function serverBalancers(
  server: Statement,
  http: readonly Statement[],
  hosts: ServedHosts<Statement>,
  context: Context,
): FileBalancer[] {
  const { ledger } = context;
  const block = server.block ?? [];
  const scope = [block, http];
  const locations = locationsOf(scope);
  const names = namesOf(block, context);
  const paths = balancersOf(server, locations, scope, names, context);
  const listens = listensOf(server);
  for (const each of listens) ledger.platform(each, 'Cloudflare listens on 80 and 443');
  if (paths.length === 0) {
    ledger.platform(server, 'it proxies nothing');
    return [];
  }
  ledger.taken(server);
  return names.flatMap((name) => {
    const hint = `port-${listens[0]?.args[0]?.replace(/^.*:/, '') ?? server.line}`;
    const holder = hosts.holderOf(name);
    if (holder !== undefined && holder !== server && !isTls(server) && isTls(holder) && isPort80(server)) {
      ledger.approximated(server, `${name} has a server with TLS, which serves both ports here`);
      return [];
    }
    return paths.flatMap((path): FileBalancer[] => {
      const host = hosts.take(server, name, path.path, hint);
      if (host === undefined) return [];
      const made = { name: host, ...path };
      for (const note of context.notes.of(path)) context.notes.add(made, note);
      if (host !== name)
        context.notes.add(
          made,
          `${name} has a server already, and a Worker has one port; write the hostname that this one serves`,
          'name',
        );
      return [made];
    });
  });
}

/** Hosts of a server. `_`, `localhost` and none mean every host. */
function namesOf(block: readonly Statement[], { ledger }: Context): string[] {
  const directives = block.filter(({ name }) => name === 'server_name');
  const names = new Set<string>();
  for (const each of directives) {
    const found = each.args.flatMap(hostsOf);
    for (const name of found) names.add(name);
    if (found.length === 0) ledger.none(each, 'is no hostname that a load balancer can serve');
    else if (each.args.every((name) => isServable(name) && name !== 'localhost')) ledger.taken(each);
    else ledger.approximated(each, `served as ${found.join(', ')}`);
  }
  return names.size === 0 ? ['*'] : [...names];
}

function hostsOf(name: string): string[] {
  if (name === '_' || name === '' || name === 'localhost') return ['*'];
  if (name.startsWith('.') && isServable(name.slice(1))) return [name.slice(1), `*${name}`];
  return isServable(name) ? [name] : [];
}

/** Gives a fate to the directives that no other part has read. */
function classifyRest(block: readonly Statement[], ledger: Ledger, missing: ReadonlySet<Statement>): void {
  for (const each of block) {
    if (each.name === 'include') classifyInclude(each, ledger, missing);
    else if (isUpgrade(each)) ledger.platform(each, 'WebSockets');
    else if (!ledger.has(each)) {
      const about = aboutDirective(each.name);
      if (about?.fate === 'platform') ledger.platform(each, about.note);
      else if (about?.fate === 'none') ledger.none(each, about.note);
    }
    const is_section = ['stream', 'mail', 'events', 'types'].includes(each.name);
    if (is_section) classifySection(each, ledger);
    else if (each.name === 'map' || each.name === 'geo')
      for (const inner of each.block ?? []) mapEntry(each, inner, ledger);
    else classifyRest(each.block ?? [], ledger, missing);
  }
}

function classifyInclude(each: Statement, ledger: Ledger, missing: ReadonlySet<Statement>): void {
  const [pattern = ''] = each.args;
  if (STANDARD_FILES.test(pattern)) ledger.platform(each, 'types of files');
  else if (missing.has(each))
    ledger.none(
      each,
      'the file is not there, so nothing of it was imported; put it in place and import again',
    );
  else ledger.taken(each);
}

function classifySection(each: Statement, ledger: Ledger): void {
  const about = aboutDirective(each.name);
  const note = `${WHOLE}${about?.note ?? ''}`;
  for (const inner of everyDirective(each.block ?? []))
    if (about?.fate === 'none') ledger.none(inner, note);
    else ledger.platform(inner, note);
}

/** The `map` that WebSockets need in nginx. */
function isUpgrade({ name, args }: Statement): boolean {
  return name === 'map' && args[0] === '$http_upgrade';
}

function mapEntry(map: Statement, entry: Statement, ledger: Ledger): void {
  if (ledger.has(entry)) return;
  if (isUpgrade(map)) ledger.platform(entry, 'WebSockets');
  else ledger.none(entry, 'variables');
}
