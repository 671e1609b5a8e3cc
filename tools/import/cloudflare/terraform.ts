import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import { type Fields, isFields, type TreePath } from '../tree/tree.ts';

/** An object of Cloudflare's API, and where the source has it. */
export interface Found {
  list: ObjectList;
  value: Fields;
  path: TreePath;
}

const TYPES: Readonly<Record<string, ObjectList>> = {
  cloudflare_load_balancer: 'load_balancers',
  cloudflare_load_balancer_pool: 'pools',
  cloudflare_load_balancer_monitor: 'monitors',
  cloudflare_load_balancer_monitor_group: 'monitor_groups',
};

/** Whether a file is the state of Terraform or OpenTofu. */
export function isState(data: unknown): data is Fields {
  return isFields(data) && Array.isArray(data['resources']) && 'version' in data;
}

/**
 * The load balancing objects of a state. Version 4 of the provider writes a block as a list of one, and names fields differently;
 * version 5 has the names of the API.
 */
export function objectsOfState(state: Fields): Found[] {
  const resources: unknown[] = Array.isArray(state['resources']) ? state['resources'] : [];
  return resources.flatMap((resource, index) => {
    const list =
      isFields(resource) && resource['mode'] !== 'data' ? TYPES[textOf(resource['type'])] : undefined;
    if (list === undefined || !isFields(resource)) return [];
    const instances: unknown[] = Array.isArray(resource['instances']) ? resource['instances'] : [];
    return instances.flatMap((instance, at): Found[] => {
      const attributes = isFields(instance) ? instance['attributes'] : undefined;
      if (!isFields(attributes)) return [];
      const path = ['resources', index, 'instances', at, 'attributes'];
      const value = apiForm(attributes);
      return isFields(value) ? [{ list, value, path }] : [];
    });
  });
}

/** Fields of version 4 with another name in the API. */
const RENAMED: Readonly<Record<string, string>> = {
  default_pool_ids: 'default_pools',
  fallback_pool_id: 'fallback_pool',
};

/** Blocks of version 4 that hold one object. */
const BLOCKS = new Set(
  (
    'adaptive_routing location_strategy random_steering session_affinity_attributes fixed_response overrides load_shedding ' +
    'origin_steering'
  ).split(' '),
);

/** Blocks of version 4 that are maps in the API, with the field of the key. */
const MAPS: Readonly<Record<string, string>> = {
  region_pools: 'region',
  country_pools: 'country',
  pop_pools: 'pop',
};

function apiForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiForm);
  if (!isFields(value)) return value;
  const entries = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    const name = RENAMED[key] ?? key;
    const key_field = MAPS[key];
    if (key_field !== undefined && Array.isArray(part)) return [[name, mapOf(part, key_field, 'pool_ids')]];
    if (key === 'header' && Array.isArray(part)) return [[name, mapOf(part, 'header', 'values')]];
    if (BLOCKS.has(key) && Array.isArray(part)) return part.length === 0 ? [] : [[name, apiForm(part[0])]];
    return [[name, apiForm(part)]];
  });
  return Object.fromEntries(entries);
}

function mapOf(items: readonly unknown[], key: string, value: string): Fields {
  return Object.fromEntries(
    items.flatMap((item) => (isFields(item) ? [[textOf(item[key]), item[value]]] : [])),
  );
}

/** The path of a field in the API's form: without the index of a block, and with the API's names. */
export function apiPath(path: TreePath): TreePath {
  return path.flatMap((key, index) => {
    const before = path[index - 1];
    if (key === 0 && typeof before === 'string' && BLOCKS.has(before)) return [];
    return [typeof key === 'string' ? (RENAMED[key] ?? key) : key];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
