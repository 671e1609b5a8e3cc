// Directives that do not concern balancing, and directives without a counterpart, by name.

/** Done by the platform, or by a setting there. */
const PLATFORM: readonly (readonly [RegExp, string])[] = [
  [/^(ssl|ssl_.*|http2.*|http3.*|quic.*)$/, 'TLS and HTTP versions'],
  [/^proxy_ssl_(protocols|ciphers|session_reuse|server_name|conf_command)$/, 'TLS to origins'],
  [/^(gzip.*|brotli.*|gunzip|zstd.*)$/, 'compression'],
  [
    /^(access_log|error_log|log_format|log_not_found|log_subrequest|open_log_file_cache)$/,
    'logs: `lb sql`, `lb tail`',
  ],
  [
    /^(client_.*|large_client_header_buffers|request_pool_size|ignore_invalid_headers|underscores_in_headers)$/,
    'limits of requests',
  ],
  [
    /^(keepalive.*|send_timeout|reset_timedout_connection|lingering_.*|postpone_output|output_buffers)$/,
    'connections',
  ],
  [
    /^(sendfile.*|tcp_.*|aio.*|directio.*|read_ahead|open_file_cache.*|disable_symlinks)$/,
    'the operating system',
  ],
  [
    /^(worker_.*|user|pid|events|use|multi_accept|accept_mutex.*|daemon|master_process|load_module|env|pcre_jit|thread_pool|lock_file|timer_resolution|working_directory|debug_connection)$/,
    'processes',
  ],
  [/^(types|default_type|types_hash_.*|charset.*|override_charset|source_charset)$/, 'types of files'],
  [
    /^(server_tokens|server_names_hash_.*|variables_hash_.*|map_hash_.*|server_name_in_redirect|port_in_redirect|absolute_redirect|merge_slashes|msie_.*|etag|chunked_transfer_encoding|max_ranges)$/,
    '',
  ],
  [
    /^proxy_(buffer.*|busy_.*|temp_.*|max_temp_.*|http_version|request_buffering|socket_keepalive|headers_hash_.*|ignore_client_abort|limit_rate|force_ranges|send_lowat|bind|method)$/,
    'connections to origins',
  ],
  [/^(proxy_cache.*|proxy_no_cache|expires|slice|proxy_store.*)$/, "Cloudflare's cache: Cache Rules"],
  [/^(resolver.*|zone|proxy_next_upstream_ssl)$/, 'the platform resolves names'],
  [
    /^(add_header|add_trailer|proxy_hide_header|proxy_pass_header|proxy_ignore_headers|proxy_pass_request_headers|proxy_pass_request_body|proxy_cookie_.*)$/,
    'headers: the origin, or Transform Rules',
  ],
  [
    /^(allow|deny|satisfy|geo|limit_req.*|limit_conn.*|limit_rate.*|valid_referers|modsecurity.*)$/,
    'WAF and rate limiting rules',
  ],
  [/^(auth_.*)$/, 'Cloudflare Access'],
  [/^(proxy_redirect)$/, 'Plimsoll rewrites redirects: `rewrite_redirects`'],
  [/^(stub_status|status_zone|api|mirror_request_body)$/, 'the console and `lb status`'],
];

const NONE: readonly (readonly [RegExp, string])[] = [
  [
    /^(proxy_(pass|set_header|connect_timeout|read_timeout|send_timeout|next_upstream.*)|server_name|set_real_ip_from|real_ip_.*)$/,
    'not in force: no location that leads to a pool reads it',
  ],
  [
    /^(root|alias|index|autoindex.*|try_files|random_index|internal)$/,
    'files are served by an origin, or by Workers assets',
  ],
  [
    /^(rewrite.*|sub_filter.*|return|break)$/,
    'paths and bodies reach the origin as they are; use Transform Rules',
  ],
  [/^(error_page|proxy_intercept_errors|recursive_error_pages)$/, 'the origin answers errors'],
  [
    /^(fastcgi_.*|uwsgi_.*|scgi_.*|memcached_.*|grpc_.*)$/,
    'Plimsoll speaks HTTP to origins; put a web server before it',
  ],
  [/^(if|set|split_clients|map)$/, 'variables'],
  [/^(stream|mail)$/, 'a Worker balances HTTP only'],
  [/_by_lua(_block|_file)?$|^(lua_|js_|perl)/, 'scripts'],
];

/** Why a directive has no part in the configuration. Undefined: it is not known. */
export function aboutDirective(name: string): { fate: 'platform' | 'none'; note: string } | undefined {
  for (const [fate, list] of [
    ['platform', PLATFORM],
    ['none', NONE],
  ] as const) {
    const found = list.find(([pattern]) => pattern.test(name));
    if (found !== undefined) return { fate, note: found[1] };
  }
  return undefined;
}
