import type { ObjectList } from '../../../shared/authoring/source/lists.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Fields that Cloudflare's SDK and Terraform's provider can send. Every other field is Plimsoll's own, or newer than they are.
 * https://github.com/cloudflare/cloudflare-typescript (7.3.0), the types of `load-balancers`.
 */
const CLOUDFLARE: Readonly<Record<ObjectList | 'origins' | 'origin_steering', ReadonlySet<string>>> = {
  load_balancers: words(
    'name default_pools fallback_pool adaptive_routing country_pools description enabled location_strategy networks pop_pools',
    'proxied random_steering region_pools rules session_affinity session_affinity_attributes session_affinity_ttl',
    'steering_policy ttl',
  ),
  pools: words(
    'name origins description enabled latitude load_shedding longitude minimum_origins monitor monitor_group',
    'notification_email notification_filter origin_steering check_regions health_sources',
  ),
  monitors: words(
    'type description method path port interval timeout retries consecutive_down consecutive_up expected_codes expected_body',
    'follow_redirects header allow_insecure probe_zone',
  ),
  monitor_groups: words('description members'),
  origins: words('name address enabled weight port header virtual_network_id flatten_cname'),
  origin_steering: words('policy'),
};

function words(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/**
 * Adds Plimsoll's own fields of the stored object to one that a client sends in its place. Terraform cannot name `retry` or an
 * origin's `state`, so it cannot mean to remove them: an apply must not end a drain. A client that does name them decides; `null`
 * removes them.
 * @param given what was sent, in its stored form
 * @param sent as it came, null included
 */
export function withOwnFields(list: ObjectList, given: Fields, sent: Fields, stored: Fields): Fields {
  if (list === 'load_balancers') return withOwn(list, given, sent, withoutOldOptions(stored, given));
  const kept = withOwn(list, given, sent, stored);
  if (list !== 'pools') return kept;
  const { origins, origin_steering } = given;
  return {
    ...kept,
    ...(Array.isArray(origins)
      ? { origins: originsWithOwn(origins, listOf(sent['origins']), listOf(stored['origins'])) }
      : {}),
    ...(isFields(origin_steering)
      ? {
          origin_steering: steeringWithOwn(
            origin_steering,
            fieldsIn(sent['origin_steering']),
            fieldsIn(stored['origin_steering']),
          ),
        }
      : {}),
  };
}

/**
 * The stored object with the fields that a client sent. Fields that it did not send stay, and those that it sent as `null` go.
 * @param given what was sent, with {@link withOwnFields}
 */
export function mergedWith(stored: Fields, sent: Fields, given: Fields): Fields {
  const base = Object.hasOwn(sent, 'steering_policy') ? withoutOldOptions(stored, given) : stored;
  const kept = Object.entries(base).filter(([field]) => field === 'id' || sent[field] !== null);
  return { ...Object.fromEntries(kept), ...given };
}

/** A stored load balancer, without `steering_options` if another policy is given: options belong to the policy. */
function withoutOldOptions(stored: Fields, given: Fields): Fields {
  if ((given['steering_policy'] ?? '') === (stored['steering_policy'] ?? '')) return stored;
  const { steering_options: _, ...others } = stored;
  return others;
}

/** Origins are the same if their names are. */
function originsWithOwn(
  given: readonly unknown[],
  sent: readonly unknown[],
  stored: readonly unknown[],
): unknown[] {
  const before = new Map(stored.map((origin) => [fieldsIn(origin)['name'], fieldsIn(origin)] as const));
  return given.map((origin, index) => {
    const known = isFields(origin) ? before.get(origin['name']) : undefined;
    return isFields(origin) && known !== undefined
      ? withOwn('origins', origin, fieldsIn(sent[index]), known)
      : origin;
  });
}

/** Options belong to the policy, so another policy drops them. */
function steeringWithOwn(given: Fields, sent: Fields, stored: Fields): Fields {
  const { options, ...others } = stored;
  const same = (given['policy'] ?? 'random') === (stored['policy'] ?? 'random');
  return withOwn('origin_steering', given, sent, same && options !== undefined ? stored : others);
}

function withOwn(kind: keyof typeof CLOUDFLARE, given: Fields, sent: Fields, stored: Fields): Fields {
  const own = Object.entries(stored).filter(
    ([field]) => !CLOUDFLARE[kind].has(field) && !Object.hasOwn(sent, field),
  );
  return own.length === 0 ? given : { ...given, ...Object.fromEntries(own) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsIn(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
