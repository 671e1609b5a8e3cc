import type { Client } from './client.ts';
import type { RequestUrl } from './request_url.ts';

/** A request as it arrived. */
export interface Incoming {
  readonly request: Request;
  readonly url: RequestUrl;
  readonly client: Client;
  /** When it arrived, in milliseconds since the epoch. */
  readonly started_at: number;
}
