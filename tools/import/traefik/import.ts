import type { FileBalancer, FilePool } from '../../../shared/authoring/schema.ts';
import { finish, type Imported, type ImportOptions } from '../finish.ts';
import { Notes } from '../output/notes.ts';
import { ServedHosts } from '../parts/served_hosts.ts';
import { Ledger } from '../report/ledger.ts';
import { balancerOfRoutes, type Route } from '../routes/ordered.ts';
import { readToml } from '../tree/toml.ts';
import { Place } from '../tree/tree.ts';
import { readYaml } from '../tree/yaml.ts';
import { classifyMiddlewares, retryOf } from './middleware.ts';
import { type RouterRule, readRule } from './rule.ts';
import { type Service, Services } from './service.ts';

interface Router {
  name: string;
  rule: RouterRule;
  priority: number;
  service: Service;
  place: Place;
  middlewares: string[];
}

/**
 * Imports a file of Traefik's file provider: routers and services of HTTP.
 * @param file its name; `.toml` is TOML, anything else YAML
 * @throws CliError if the file is not valid
 */
export function importTraefik(file: string, text: string, options: ImportOptions): Imported {
  const tree = /\.toml$/i.test(file) ? readToml(file, text) : readYaml(file, text);
  const ledger = new Ledger(tree.leaves);
  const notes = new Notes();
  const root = Place.root(tree, ledger);
  const http = root.at('http');
  const services = new Services(http.at('services'), notes);
  const routers = http
    .at('routers')
    .parts()
    .flatMap((place) => routerOf(place, services) ?? []);
  // A service without a router is imported too, because another provider may lead to it.
  for (const { key } of http.at('services').parts()) services.use(key);
  routers.sort((a, b) => b.priority - a.priority);
  const middlewares = http.at('middlewares');
  const hosts = new ServedHosts();
  const load_balancers = balancersOf(routers, middlewares, hosts, notes);
  passHosts(http.at('services'), services.pools, routers);
  classifyMiddlewares(middlewares);
  classifyRest(root);
  const config = { load_balancers, pools: services.pools, monitors: services.monitors };
  return finish({ config, notes, ledger, unnamed: hosts.unnamed, header: headerOf(file) }, options);
}

function headerOf(file: string): string[] {
  return [
    `Imported from Traefik's ${file} by \`lb import traefik\`. The report says what became of every value.`,
    "Traefik's defaults that differ from Plimsoll's are set below: weighted round robin, no retry, no ejection, and the client's " +
      'Host for the origin (passHostHeader), which needs both names in your own zone.',
    'Routers are rules in the order of their priority, which is the length of their rule unless set.',
  ];
}

/** A router that leads to a pool. */
function routerOf(place: Place, services: Services): Router | undefined {
  const text = place.at('rule').text ?? '';
  const rule = readRule(text);
  const service = services.use(place.at('service').text ?? '');
  place.at('entryPoints').platform('Cloudflare listens on 80 and 443');
  for (const key of ['tls', 'observability', 'ruleSyntax']) place.at(key).platform('TLS and logs');
  place.at('middlewares').platform('see the middleware itself');
  if (service === undefined) {
    const why = 'its service is not in this file, or has no server that was taken';
    for (const key of ['rule', 'service', 'priority']) place.at(key).none(why);
    return undefined;
  }
  if (rule.condition === undefined) {
    place.at('rule').none('rules cannot express it');
    for (const key of ['service', 'priority']) place.at(key).none('its rule was not taken');
    return undefined;
  }
  place.at('rule').taken();
  place.at('service').taken();
  place.at('priority').taken();
  const middlewares = place
    .at('middlewares')
    .parts()
    .flatMap((part) => part.text ?? []);
  return {
    name: place.key,
    rule,
    priority: place.at('priority').number || text.length,
    service,
    place,
    middlewares,
  };
}

/** A load balancer for each host, and one for all others if a router asks for no host. */
function balancersOf(
  routers: readonly Router[],
  middlewares: Place,
  hosts: ServedHosts,
  notes: Notes,
): FileBalancer[] {
  const named = [...new Set(routers.flatMap(({ rule }) => rule.hosts ?? []))];
  const any = routers.some(({ rule }) => rule.hosts === undefined) ? ['*'] : [];
  return [...named, ...any].flatMap((host): FileBalancer[] => {
    const own = routers.filter(({ rule }) => rule.hosts === undefined || rule.hosts.includes(host));
    const routes = own.map((router) => routeOf(router, middlewares));
    const made = balancerOfRoutes(routes);
    const name = hosts.take({}, host, '/', host);
    if (made === undefined || name === undefined) return [];
    const balancer = { name, ...made };
    for (const { place, name: router } of own) notes.add(balancer, `${place.place} router ${router}`);
    return [balancer];
  });
}

function routeOf({ name, rule, service, middlewares: names, place }: Router, middlewares: Place): Route {
  const { pools, mirror } = service;
  return {
    name,
    condition: rule.condition ?? '',
    to: {
      pools,
      settings: { retry: retryOf(names, middlewares), ...(mirror === undefined ? {} : { mirror }) },
    },
    onRule: () =>
      place
        .at('service')
        .approximated('a rule changes pools only: retries and mirror are those of the load balancer'),
    onUnreached: () =>
      place.at('rule').approximated('a router of higher priority serves every request of some of its hosts'),
  };
}

/** passHostHeader: an origin whose pool serves one host gets that host. */
function passHosts(services: Place, pools: readonly FilePool[], routers: readonly Router[]): void {
  for (const service of services.parts()) {
    const pass = service.at('loadBalancer', 'passHostHeader');
    if (pass.value === false) {
      pass.taken();
      continue;
    }
    const users = routers.filter((router) => router.service.pools.default_pools.includes(service.key));
    const hosts = new Set(users.flatMap(({ rule }) => rule.hosts ?? ['*']));
    const [host] = hosts;
    const pool = pools.find(({ name }) => name === service.key);
    const fits = host !== undefined && hosts.size === 1 && !host.includes('*');
    pass.approximated(
      fits
        ? 'needs both names in your own zone, else the origin sees its address as Host'
        : 'the origin sees its address as Host; X-Forwarded-Host carries the name that the client used',
    );
    if (fits) for (const origin of pool?.origins ?? []) origin.header = { Host: [host] };
  }
}

function classifyRest(root: Place): void {
  for (const key of [
    'tls',
    'entryPoints',
    'providers',
    'api',
    'log',
    'accessLog',
    'metrics',
    'tracing',
    'certificatesResolvers',
    'ping',
    'global',
    'serversTransport',
    'experimental',
    'core',
    'spiffe',
    'hub',
  ])
    for (const rest of root.at(key).rest()) rest.platform('TLS, ports, logs and providers');
  for (const key of ['tcp', 'udp'])
    for (const rest of root.at(key).rest()) rest.none('a Worker balances HTTP only');
  for (const transport of root.at('http', 'serversTransports').parts())
    for (const rest of transport.rest())
      if (rest.key === 'insecureSkipVerify') rest.none("the platform always checks an origin's certificate");
      else rest.platform('connections and TLS to origins');
}
