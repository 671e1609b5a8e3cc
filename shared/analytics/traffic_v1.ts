import type { Column, Dataset } from './datasets.ts';

const BLOBS =
  'balancer pool origin strategy decision method path outcome retry_reason failed_origins colo country proxy cache_status ' +
  'selector_version detail variant shadow shadow_strategy events';
const DOUBLES =
  'status attempts total_ms first_byte_ms request_bytes response_bytes config_version inflight shadow_differs client ' +
  'queued_ms backoff_ms';

const placed = (kind: 'blob' | 'double', names: string) =>
  names.split(' ').map((name, i): [string, Column] => [name, `${kind}${i + 1}`]);

/**
 * `traffic` as gateways stored it before texts shared places: every column in a place of its own, and `fallback` for the decision
 * `failover_order`. Nothing writes it any more. It is read for the three months that Analytics Engine keeps rows, and can be
 * deleted after them.
 */
export const TRAFFIC_V1: Dataset = {
  table: 'plimsoll_traffic_v1',
  columns: Object.fromEntries([
    ['sampled_by', 'index1'],
    ...placed('blob', BLOBS),
    ...placed('double', DOUBLES),
  ]),
};
