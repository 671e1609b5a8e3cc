import { header, quoted } from '../parts/condition.ts';

// nginx's variables in the words of Plimsoll.

/**
 * A string with variables as a value of the rules language: `$request_method:$http_accept` ->
 * `concat(http.request.method, ":", http.request.headers["accept"][0])`.
 * @returns undefined: it holds a variable that rules do not have
 */
export function ruleValue(text: string): string | undefined {
  const parts = text.match(/\$\{?\w+\}?|[^$]+|\$/g) ?? [];
  const values = parts.map((part) =>
    part.startsWith('$') ? ruleField(part.replace(/[${}]/g, '')) : quoted(part),
  );
  if (values.length === 0 || values.includes(undefined)) return undefined;
  // A literal alone is not a value of a comparison.
  if (values.length > 1) return `concat(${values.join(', ')})`;
  return parts[0]?.startsWith('$') ? values[0] : undefined;
}

function ruleField(name: string): string | undefined {
  if (name.startsWith('http_') && !['http_host', 'http_cookie', 'http_referer'].includes(name))
    return header(name.slice('http_'.length).replaceAll('_', '-'));
  if (name.startsWith('arg_')) return `http.request.uri.args[${quoted(name.slice('arg_'.length))}][0]`;
  return FIELDS[name];
}

const FIELDS: Readonly<Record<string, string>> = {
  host: 'http.host',
  http_host: 'http.host',
  http_cookie: 'http.cookie',
  http_referer: 'http.referer',
  request_method: 'http.request.method',
  uri: 'http.request.uri.path',
  document_uri: 'http.request.uri.path',
  request_uri: 'http.request.uri',
  args: 'http.request.uri.query',
  query_string: 'http.request.uri.query',
};

/** A key of hashing. `exact`: nginx hashes the same text. */
export interface HashKeyOf {
  key: string;
  exact: boolean;
}

/** The key of `hash $variable`. Undefined: Plimsoll cannot hash by it. */
export function hashKeyOf(text: string): HashKeyOf | undefined {
  const name = /^\$\{?(\w+)\}?$/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const [, kind, part = ''] = /^(http|cookie|arg)_(.+)$/.exec(name) ?? [];
  if (kind === 'http') return { key: `header:${part.replaceAll('_', '-')}`, exact: true };
  if (kind === 'cookie') return { key: `cookie:${part}`, exact: true };
  if (kind === 'arg') return { key: `query:${part}`, exact: true };
  if (name === 'remote_addr') return { key: 'client_address', exact: true };
  if (name === 'binary_remote_addr') return { key: 'client_address', exact: false };
  if (name === 'uri' || name === 'document_uri') return { key: 'path', exact: true };
  if (name === 'request_uri') return { key: 'path', exact: false };
  return undefined;
}
