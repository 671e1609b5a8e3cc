import type { FileBalancer } from '../../../shared/authoring/schema.ts';
import { finish, type Imported, type ImportOptions } from '../finish.ts';
import { Notes } from '../output/notes.ts';
import { isServable, ServedHosts } from '../parts/served_hosts.ts';
import { Ledger } from '../report/ledger.ts';
import { balancerOfRoutes } from '../routes/ordered.ts';
import { Place } from '../tree/tree.ts';
import { readYaml } from '../tree/yaml.ts';
import { classifyRest } from './about_field.ts';
import { Clusters } from './cluster.ts';
import { hashKeyOf } from './hash_policy.ts';
import { routeOf } from './route.ts';

/**
 * Imports the static clusters and routes of Envoy's bootstrap file.
 * @param file its name in messages; YAML or JSON
 * @throws CliError if the file is not valid
 */
export function importEnvoy(file: string, text: string, options: ImportOptions): Imported {
  const tree = readYaml(file, text);
  const ledger = new Ledger(tree.leaves);
  const notes = new Notes();
  const root = Place.root(tree, ledger);
  const listeners = root.at('static_resources', 'listeners').parts();
  const managers = listeners.flatMap((listener) =>
    managersOf(listener).map((manager) => ({ listener, manager })),
  );
  const routes = managers.flatMap(({ manager }) =>
    virtualHosts(manager).flatMap((host) => host.at('routes').parts()),
  );
  const keys = keysOf(routes);
  const clusters = new Clusters(root.at('static_resources', 'clusters'), notes, (name) => keys.get(name));
  const hosts = new ServedHosts<object>();
  const load_balancers = managers.flatMap(({ listener, manager }) =>
    virtualHosts(manager).flatMap((host) => hostBalancers(host, listener, clusters, hosts, notes)),
  );
  // A cluster without a route is imported too, because a mirror or a later route may lead to it.
  for (const name of clusters.names) clusters.use(name);
  classifyRest(root);
  const config = { load_balancers, pools: clusters.pools, monitors: clusters.monitors };
  return finish({ config, notes, ledger, unnamed: hosts.unnamed, header: headerOf(file) }, options);
}

function headerOf(file: string): string[] {
  return [
    `Imported from Envoy's ${file} by \`lb import envoy\`. The report says what became of every value.`,
    "Envoy's defaults that differ from Plimsoll's are set below: weighted round robin, an answer within 15 s, no retry, no ejection, " +
      'and health is ignored when fewer than 50 % of the hosts are healthy.',
    "Envoy passes the client's Host on. Here an origin sees its address as Host, and X-Forwarded-Host has the client's; " +
      'set `header` of an origin to change that.',
  ];
}

/** The HTTP connection managers of a listener. */
function managersOf(listener: Place): Place[] {
  const chains = [...listener.at('filter_chains').parts(), listener.at('default_filter_chain')];
  return chains
    .flatMap((chain) => chain.at('filters').parts())
    .flatMap((filter) => {
      const config = filter.at('typed_config').exists ? filter.at('typed_config') : filter.at('config');
      if (config.at('route_config').exists) return [config];
      if (/tcp_proxy|http_connection_manager/.test(filter.at('name').text ?? ''))
        filter.none(
          config.at('rds').exists
            ? 'routes come from a server; export them first'
            : 'a Worker balances HTTP only',
        );
      return [];
    });
}

function virtualHosts(manager: Place): Place[] {
  return manager.at('route_config', 'virtual_hosts').parts();
}

/** What the routes to each cluster hash: the key of the first that hashes. */
function keysOf(routes: readonly Place[]): Map<string, string> {
  const keys = new Map<string, string>();
  for (const route of routes) {
    const action = route.at('route');
    const key = hashKeyOf(action);
    const names = [
      action.at('cluster'),
      ...action
        .at('weighted_clusters', 'clusters')
        .parts()
        .map((part) => part.at('name')),
    ];
    for (const { text } of names)
      if (key !== undefined && text !== undefined && !keys.has(text)) keys.set(text, key);
  }
  return keys;
}

function hostBalancers(
  host: Place,
  listener: Place,
  clusters: Clusters,
  hosts: ServedHosts<object>,
  notes: Notes,
): FileBalancer[] {
  const routes = host
    .at('routes')
    .parts()
    .flatMap((route) => routeOf(route, clusters) ?? []);
  const made = balancerOfRoutes(routes);
  if (made === undefined) {
    host.at('domains').none('none of its routes leads to a pool');
    return [];
  }
  if (host.at('require_tls').exists) host.at('require_tls').platform('Always Use HTTPS');
  const owner = {};
  const hint = `${listener.at('name').text ?? 'listener'}-${listener.at('address', 'socket_address', 'port_value').text ?? ''}`;
  const names = new Set(
    host
      .at('domains')
      .parts()
      .flatMap((domain) => domainOf(domain) ?? []),
  );
  return [...names].map((name): FileBalancer => {
    const free = hosts.hostFor(owner, name, hint);
    const balancer: FileBalancer = { name: free, ...made };
    notes.add(balancer, `${host.place} virtual host ${host.at('name').text ?? ''}`);
    if (free !== name)
      notes.add(
        balancer,
        `${name} has a load balancer already, and a Worker has one port; write the hostname that this one serves`,
        'name',
      );
    return balancer;
  });
}

/** A domain as the host of a load balancer. Undefined: it cannot be one. */
function domainOf(domain: Place): string | undefined {
  const name = (domain.text ?? '').replace(/:(\d+|\*)$/, '').toLowerCase();
  if (!isServable(name)) {
    domain.none('is no hostname that a load balancer can serve');
    return undefined;
  }
  if (name === domain.text) domain.taken();
  else domain.approximated(`served as ${name}`);
  return name;
}
