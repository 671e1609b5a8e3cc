import type { Balancer } from '../../../shared/model/config.ts';
import type { ReadField } from '../../../shared/rules/compile.ts';
import { inOneLine } from '../../../shared/session/cookies.ts';
import { cfOf, factOf, type Incoming } from '../request/facts.ts';

/** Returns a function that reads the fields of Cloudflare's load balancing rules from a request, each only when asked. */
export function fieldReader(incoming: Incoming, balancer: Balancer): ReadField {
  const { request, url, client, started_at } = incoming;
  const { headers } = request;
  // Split the query once, however many arguments are asked for.
  let args: [string, string][] | undefined;
  const query = () => url.path_and_query.slice(url.path.length + 1);
  const pairs = () => {
    args ??= pairsOf(query());
    return args;
  };
  return (field, key) => {
    switch (field) {
      case 'cf.load_balancer.name':
        return balancer.host;
      case 'cf.load_balancer.region':
        return factOf('region', incoming);
      case 'http.cookie':
        return inOneLine(headers.get('cookie') ?? '');
      case 'http.host':
        return client.hostname;
      case 'http.referer':
        return headers.get('referer') ?? '';
      case 'http.request.headers':
        return header(headers, key ?? '');
      case 'http.request.method':
        return request.method;
      case 'http.request.timestamp.sec':
        return Math.floor(started_at / 1_000);
      case 'http.request.uri':
        return url.path_and_query;
      case 'http.request.uri.args': {
        const values = pairs().flatMap(([name, value]) => (name === key ? [value] : []));
        return values.length === 0 ? undefined : values;
      }
      case 'http.request.uri.args.names':
        return pairs().map(([name]) => name);
      case 'http.request.uri.args.values':
        return pairs().map(([, value]) => value);
      case 'http.request.uri.path':
        return url.path;
      case 'http.request.uri.query':
        return query();
      case 'http.request.version':
        return cfOf(request)?.httpProtocol;
      case 'ip.src':
        return client.address || undefined;
      case 'ip.src.asnum':
        return cfOf(request)?.asn;
      case 'place.country':
        return factOf('country', incoming);
      case 'place.pop':
        return factOf('colo', incoming);
    }
  };
}

/** A header as a list of one: the platform joins repeated lines with commas. @returns undefined: missing, or a malformed name */
function header(headers: Headers, name: string): readonly string[] | undefined {
  try {
    const value = headers.get(name);
    return value === null ? undefined : [value];
  } catch {
    return undefined;
  }
}

/** Splits a query into names and values. They are not decoded. */
function pairsOf(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    });
}
