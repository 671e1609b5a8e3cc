/** A proxy's settings, as wrangler.proxy.toml declares and explains them. */
export interface Env {
  /** What this balancer adds to CDN-Loop and refuses to see again. */
  CDN_LOOP_ID: string;
  CONNECT_CHECK: 'on' | 'off';
  RESOLVE_OVERRIDE: 'on' | 'off';
}

/** What a proxy does to the outside, handed in so that tests can stand in for it. */
export interface Io {
  fetch(request: Request): Promise<Response>;
  connect(address: SocketAddress): Socket;
  /** Milliseconds from any start. The platform moves its clock at I/O only, so measure across an await. */
  now(): number;
}
