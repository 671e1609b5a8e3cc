import type { Type } from './types.ts';

/**
 * The fields that Cloudflare's load balancing rules have for proxied traffic.
 * https://developers.cloudflare.com/load-balancing/additional-options/load-balancing-rules/reference/
 */
export const FIELDS = {
  'cf.load_balancer.name': 'String',
  'cf.load_balancer.region': 'String',
  'http.cookie': 'String',
  'http.host': 'String',
  'http.referer': 'String',
  'http.request.headers': 'Map<Array<String>>',
  'http.request.method': 'String',
  'http.request.timestamp.sec': 'Integer',
  'http.request.uri': 'String',
  'http.request.uri.args': 'Map<Array<String>>',
  'http.request.uri.args.names': 'Array<String>',
  'http.request.uri.args.values': 'Array<String>',
  'http.request.uri.path': 'String',
  'http.request.uri.query': 'String',
  'http.request.version': 'String',
  'ip.src': 'IP address',
  'ip.src.asnum': 'Integer',
} as const satisfies Record<string, Type>;

/** Fields for pool sets. Conditions in a file cannot use them. */
export const PLACE_FIELDS = {
  'place.country': 'String',
  'place.pop': 'String',
} as const satisfies Record<string, Type>;

export type FieldName = keyof typeof FIELDS | keyof typeof PLACE_FIELDS;

/**
 * Cloudflare's fields of DNS queries. Conditions may use them, because fetched configurations do. No request has them, so every
 * comparison with one is false (condition.ts).
 */
export const DNS_FIELDS: Readonly<Record<string, Type>> = {
  'dns.qry.name': 'String',
  'dns.qry.name.len': 'Integer',
  'dns.qry.qu': 'Boolean',
  'dns.qry.type': 'Integer',
  'dns.rr.opt.client': 'Boolean',
  'dns.rr.opt.client.addr': 'IP address',
};

/** Fields of Cloudflare's other rules, with what to write here. */
export const INSTEAD: Readonly<Record<string, string>> = {
  'http.user_agent': 'write http.request.headers["user-agent"][0]',
  'http.x_forwarded_for': 'write http.request.headers["x-forwarded-for"][0]',
  'http.request.full_uri': 'test http.host and http.request.uri',
  'ip.geoip.asnum': 'write ip.src.asnum',
  'ip.geoip.country': 'use `country_pools`, or cf.load_balancer.region',
  'ip.src.country': 'use `country_pools`, or cf.load_balancer.region',
};
