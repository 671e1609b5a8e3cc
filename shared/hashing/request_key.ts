import type { HashKey } from '../model/strategy_options.ts';
import { clientKey } from './client_key.ts';

/**
 * The key of a request, which a keyed policy hashes: the values of `parts`, joined by newlines. Only a query argument can
 * contain a newline. A client that sends one gets another key, which it could choose anyway.
 *
 * `['client_address', 'header:x-user']` -> `203.0.113.7\nada`
 * @param read returns a fact, or the empty string if the request does not have it
 * @returns undefined: the request has none of the parts
 */
export function requestKey(parts: readonly HashKey[], read: (name: HashKey) => string): string | undefined {
  let found = false;
  const values = parts.map((part) => {
    const value = read(part);
    found ||= value !== '';
    return part === 'client_address' ? clientKey(value) : value;
  });
  return found ? values.join('\n') : undefined;
}
