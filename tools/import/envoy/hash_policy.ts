import type { Place } from '../tree/tree.ts';

/** The key of the first `hash_policy` of a route. Undefined: it has none that Plimsoll can hash. */
export function hashKeyOf(action: Place): string | undefined {
  for (const policy of action.at('hash_policy').parts()) {
    const found = keyOf(policy);
    if (found === undefined) {
      policy.none('Plimsoll hashes by client address, header, cookie or query argument');
      continue;
    }
    policy.taken();
    policy
      .at('cookie', 'ttl')
      .approximated('Plimsoll sets no such cookie; a request without it is balanced by `fallback`');
    return found;
  }
  return undefined;
}

function keyOf(policy: Place): string | undefined {
  const header = policy.at('header', 'header_name').text;
  const cookie = policy.at('cookie', 'name').text;
  const query = policy.at('query_parameter', 'name').text;
  if (header !== undefined && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header)) return `header:${header}`;
  if (cookie !== undefined && /^[^\s;=]+$/.test(cookie)) return `cookie:${cookie}`;
  if (query !== undefined && /^[^\s;=]+$/.test(query)) return `query:${query}`;
  return policy.at('connection_properties', 'source_ip').value === true ? 'client_address' : undefined;
}
