import type { HashKey } from '../model/strategy_options.ts';
import { clientKey } from './client_key.ts';

/**
 * The key of a request, which a keyed policy hashes: the values of `parts`, joined by newlines. Only a query argument can hold a
 * newline itself. A client that sends one chooses another key for itself, as it can anyway.
 * `['client_address', 'header:x-user']` -> `203.0.113.7\nada`
 * @param read a fact; the empty string: the request does not have it
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
