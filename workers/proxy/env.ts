/** The variables of wrangler.proxy.toml. */
export interface Env {
  /** Added to `CDN-Loop`. A request that already contains it is refused as a loop. */
  CDN_LOOP_ID: string;
  /** Whether to open a connection before a request that must not be repeated. */
  CONNECT_CHECK: 'on' | 'off';
  /** Whether the runtime supports `cf.resolveOverride`. */
  RESOLVE_OVERRIDE: 'on' | 'off';
}

/** What a proxy asks of the outside, passed in so that tests can replace it. */
export interface Io {
  fetch(request: Request): Promise<Response>;
  connect(address: SocketAddress): Socket;
  /** Milliseconds from any starting point. The platform's clock advances only during I/O, so measure across an await. */
  now(): number;
}
