import type { FileBalancer, FileRule } from '../../../shared/authoring/schema.ts';
import { canonicalPath } from '../../../shared/http/host.ts';
import type { Context } from './context.ts';
import type { Location } from './location.ts';
import type { Used } from './pool_book.ts';
import { conditionOf, type Route, routeOf } from './route.ts';
import type { Scope } from './scope.ts';
import { headersOf, settingsOf } from './settings.ts';
import type { Statement } from './statement.ts';

/** A load balancer without its host: a path, and rules for what nginx matches before or within it. */
export type PathBalancer = Omit<FileBalancer, 'name'> & { path: string };

/** The path of `location` in the schema. */
const PATH = /^\/[^?#\s]*$/;

/**
 * Turns the locations of a server into load balancers. nginx takes an exact location, else the longest prefix if it is `^~`, else
 * the first pattern that matches, else the longest prefix. A prefix with a pool is a load balancer, which is found in the same
 * way. The others are rules in it, in this order.
 *
 * @param served the hosts of the server
 */
export function balancersOf(
  server: Statement,
  locations: readonly Location[],
  scope: Scope,
  served: readonly string[],
  context: Context,
): PathBalancer[] {
  const { ledger, book } = context;
  const routes = locations.map((location) => routeOf(location, locations, context));
  const own = routeOf(
    { kind: 'prefix', path: '/', caseless: false, statement: undefined, scope },
    locations,
    context,
  );
  if (own.action !== undefined && !routes.some(({ kind, path }) => kind === 'prefix' && path === '/'))
    routes.push(own);
  const balancers = prefixBalancers(routes, context);
  const others = routes.filter(
    (route) => !balancers.some((each) => each.route === route) && route.action !== undefined,
  );
  if (balancers.length === 0) {
    const first = others.flatMap(({ action }) =>
      action !== undefined && 'used' in action ? [action.used] : [],
    )[0];
    if (first === undefined) return [];
    balancers.push({ path: '/', route: undefined, used: first });
  }
  return balancers.map(({ path, route, used }) => {
    const rules = [
      ...others.filter(
        (other) => nearest(other, balancers) === path || (other.kind === 'regex' && mayMeet(other, path)),
      ),
    ]
      .filter((other) => !(other.kind === 'regex' && route?.kind === '^~'))
      .sort((a, b) => rank(a) - rank(b) || (rank(a) === REGEX ? 0 : b.path.length - a.path.length))
      .flatMap((other) => rulesOf(other, served, context));
    const cases = route?.action !== undefined && 'used' in route.action ? route.action.cases : [];
    const inner = cases.map(
      ({ condition, used: to }): FileRule => ({ condition, terminates: true, overrides: overridesOf(to) }),
    );
    const unmatched: FileRule[] =
      route === undefined
        ? [{ name: 'no location', fixed_response: { status_code: 404, message_body: 'Not Found\n' } }]
        : [];
    const all = [...rules, ...inner, ...unmatched];
    const made: PathBalancer = {
      path,
      ...overridesOf(used),
      ...(used.pools.length > 1 ? { adaptive_routing: { failover_across_pools: true } } : {}),
      ...settingsOf(route?.scope ?? scope, { servers: used.servers, ledger, notes: context.notes }),
      ...(used.sticky === undefined
        ? {}
        : {
            session_affinity: 'cookie' as const,
            session_affinity_attributes: { zero_downtime_failover: 'sticky' as const },
          }),
      ...(all.length === 0 ? {} : { rules: all }),
    };
    context.notes.add(made, placeText(route?.statement ?? server));
    const host = headersOf(route?.scope ?? scope, ledger);
    if (host !== undefined) book.sendHost(used, host, served);
    return made;
  });
}

interface PrefixBalancer {
  path: string;
  route: Route | undefined;
  used: Used;
}

/** Prefixes with a pool, each at a path of its own. */
function prefixBalancers(routes: readonly Route[], { ledger }: Context): PrefixBalancer[] {
  const balancers: PrefixBalancer[] = [];
  for (const route of routes) {
    const { kind, path, action, statement } = route;
    if ((kind !== 'prefix' && kind !== '^~') || !PATH.test(path)) continue;
    if (action === undefined || !('used' in action)) continue;
    const canonical = canonicalPath(path);
    if (balancers.some((other) => other.path === canonical)) continue;
    balancers.push({ path: canonical, route, used: action.used });
    if (path === '/') ledger.taken(statement);
    else if (path.endsWith('/'))
      ledger.approximated(statement, `also serves ${canonical} itself, which nginx redirects`);
    else ledger.approximated(statement, `whole segments: ${canonical} and ${canonical}/…, not ${canonical}x`);
  }
  return balancers;
}

/** The path of the load balancer that gets the requests of a location. */
function nearest({ path }: Route, balancers: readonly PrefixBalancer[]): string | undefined {
  const within = balancers.filter(
    (each) => each.path === '/' || path === each.path || path.startsWith(`${each.path}/`),
  );
  return within.sort((a, b) => b.path.length - a.path.length)[0]?.path ?? balancers[0]?.path;
}

/** Whether a pattern can match a path below a prefix. A pattern that begins with other plain text cannot. */
function mayMeet({ path: pattern, caseless }: Route, prefix: string): boolean {
  const [begin = '', text = ''] = /^\^([\w/-]*)/.exec(pattern) ?? [];
  if (caseless || begin === '' || pattern.includes('|')) return true;
  const plain = /[*?{]/.test(pattern[begin.length] ?? '') ? text.slice(0, -1) : text;
  const start = prefix === '/' ? '' : prefix;
  return plain.startsWith(start) || start.startsWith(plain);
}

const REGEX = 2;

/** Exact, `^~`, pattern, prefix. */
function rank({ kind }: Route): number {
  return { exact: 0, '^~': 1, regex: REGEX, prefix: 3, named: 4 }[kind];
}

/** The rules of a location that is not a load balancer of its own. */
function rulesOf(route: Route, served: readonly string[], { ledger, book }: Context): FileRule[] {
  const { statement, action } = route;
  const condition = conditionOf(route);
  if (action === undefined) return [];
  if (condition === undefined) {
    ledger.none(statement, 'rules cannot express this pattern; write it without looking ahead or back');
    return [];
  }
  ledger.taken(statement, 'a rule');
  const name = statement?.text.slice(0, 60) ?? '';
  if ('response' in action)
    return [
      { name, condition, ...(action.response === undefined ? {} : { fixed_response: action.response }) },
    ];
  const host = headersOf(route.scope, ledger);
  if (host !== undefined) book.sendHost(action.used, host, served);
  for (const each of route.scope[0] ?? [])
    if (/^proxy_(read|send|connect)_timeout$|^proxy_next_upstream/.test(each.name))
      ledger.approximated(each, 'a rule changes pools only; the load balancer has one setting');
  const inner = action.cases.map(
    (each): FileRule => ({
      condition: `(${condition}) and (${each.condition})`,
      terminates: true,
      overrides: overridesOf(each.used),
    }),
  );
  return [...inner, { name, condition, terminates: true, overrides: overridesOf(action.used) }];
}

function overridesOf({ pools }: Used): { default_pools: [string, ...string[]] | string[] } {
  return { default_pools: pools.map(({ name }) => name) };
}

function placeText({ file, line, text }: Statement): string {
  return `${file}:${line} ${text}`;
}
