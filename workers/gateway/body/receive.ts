import { HttpError } from '../../../shared/errors.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { timeLeft } from '../exchange/time_left.ts';
import { type Body, keepBody } from './keep.ts';

/**
 * Reads the request's body and keeps it if it is short enough.
 * @throws {HttpError} 400 if the body breaks off; 408 if it stalls or takes longer than `timeouts.total_ms`
 */
export async function receiveBody(exchange: Exchange): Promise<Body> {
  const { request, balancer, life } = exchange;
  life.receiving = true;
  try {
    const left_ms = Math.max(timeLeft(exchange), 1);
    const keeping = keepBody(request, balancer.retry.max_body_bytes, balancer.timeouts.first_byte_ms);
    const body = await (left_ms === Infinity ? keeping : within(left_ms, keeping));
    life.receiving = body.kind === 'stream';
    return body;
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const detail = 'request body took longer than `total_ms`';
    throw new HttpError(408, 'Request Timeout', { outcome: 'bad_request', detail });
  }
}
