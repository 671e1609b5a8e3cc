import type { Place, TreePath } from '../tree/tree.ts';

// Values without a part in the configuration, by the fields on their way.

const PLATFORM: readonly (readonly [RegExp, string])[] = [
  [
    /^(admin|node|stats_.*|tracing|overload_manager|watchdogs?|layered_runtime|flags_path|bootstrap_extensions|.*logger.*|application_log_config|memory_allocator_manager)\b/,
    'the process, logs and statistics',
  ],
  [
    /(^|\.)(access_log|stat_prefix|stat_name|alt_stat_name|tracing|server_name|generate_request_id|request_id_extension)\b/,
    'logs and statistics',
  ],
  [
    /\.(transport_socket|tls_context|common_tls_context|listener_filters|filter_chain_match|use_remote_address|xff_num_trusted_hops|codec_type|.*protocol_options.*|upstream_http_protocol_options|upgrade_configs|stream_idle_timeout|request_timeout|drain_.*|.*buffer_limit.*|max_request_headers_kb|normalize_path|merge_slashes|path_with_escaped_slashes_action|server_header_transformation|delayed_close_timeout|common_http_protocol_options)\b/,
    'connections, TLS and HTTP versions',
  ],
  [
    /\.(dns_.*|typed_dns_resolver_config|respect_dns_ttl|upstream_connection_options|upstream_bind_config|connect_timeout|per_connection_.*|preconnect_policy|max_requests_per_connection|cleanup_interval|wait_for_warm_on_init)\b/,
    'connections to origins',
  ],
  [
    /\.(response_headers_to_.*|request_headers_to_.*|cors|internal_only_headers)\b/,
    'headers: the origin, or Transform Rules',
  ],
  [/\.http_filters\b/, 'filters: the platform, or the origin'],
  [
    /\.listeners\.\d+\.(name|address|traffic_direction|reuse_port|enable_reuse_port|bind_to_port|use_original_dst|per_connection_.*)\b/,
    'Cloudflare listens on 80 and 443',
  ],
  [/\.(@type|cluster_name|validate_clusters)\b/, 'names of types'],
  [/\.filters\.\d+\.name$/, 'names of filters'],
  [/\.(route_config\.name|virtual_hosts\.\d+\.name)$/, 'names'],
];

const NONE: readonly (readonly [RegExp, string])[] = [
  [
    /\.(prefix_rewrite|regex_rewrite|path_rewrite_policy|host_rewrite.*|auto_host_rewrite|append_x_forwarded_host)\b/,
    'the path reaches the origin as it is, and Host is its address; use Transform Rules',
  ],
  [
    /\.(typed_per_filter_config|per_filter_config|rate_limits|max_stream_duration|rate_limit)\b/,
    'filters and limits: see `rate_limit`',
  ],
  [
    /^dynamic_resources\b|\.(eds_cluster_config|rds|load_stats_config)\b/,
    'it comes from a server; export it first',
  ],
  [
    /\.(common_lb_config|lb_subset_config|load_balancing_policy|load_assignment\.policy|track_.*|metadata|filter_metadata)\b/,
    '',
  ],
];

/** Gives a fate to what no other part has read. */
export function classifyRest(root: Place): void {
  for (const rest of root.rest()) {
    const way = wayOf(rest.path);
    const platform = PLATFORM.find(([pattern]) => pattern.test(way));
    const none = NONE.find(([pattern]) => pattern.test(way));
    if (none !== undefined) rest.none(none[1]);
    else if (platform !== undefined) rest.platform(platform[1]);
  }
}

function wayOf(path: TreePath): string {
  return path.join('.');
}
