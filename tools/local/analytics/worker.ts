import { WorkerEntrypoint } from 'cloudflare:workers';
import type { DataPoint } from '../../../shared/analytics/data_point.ts';
import { HEALTH, MIRROR, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { Collector, type CollectorPorts } from './collector.ts';

// Under `wrangler dev`, bindings of Analytics Engine store nothing. The local environments of the gateway and the health Worker
// bind these entrypoints instead, which send the points to the local SQL API.

interface Env {
  /** The local SQL API: `http://127.0.0.1:8789`. */
  SQL_URL: string;
}

const collector = new Collector();
let warned_at = Number.NEGATIVE_INFINITY;

class Sink extends WorkerEntrypoint<Env> {
  protected readonly dataset: string = '';

  /** Like the binding, it never throws. A point that cannot be stored is lost. */
  writeDataPoint(point: Partial<DataPoint>): void {
    const line = JSON.stringify({ ...point, dataset: this.dataset, timestamp_ms: Date.now() });
    const sent = collector.add(line, ports(this.env));
    if (sent) this.ctx.waitUntil(sent);
  }
}

/** For dataset `plimsoll_traffic_v2`. */
export class Traffic extends Sink {
  protected override readonly dataset = TRAFFIC.table;
}

/** For dataset `plimsoll_mirror_v1`. */
export class Mirror extends Sink {
  protected override readonly dataset = MIRROR.table;
}

/** For dataset `plimsoll_health_v1`. */
export class Health extends Sink {
  protected override readonly dataset = HEALTH.table;
}

function ports({ SQL_URL }: Env): CollectorPorts {
  return {
    async send(body) {
      const response = await fetch(`${SQL_URL}/ingest`, {
        method: 'POST',
        body,
        signal: AbortSignal.timeout(5_000),
      });
      await response.text();
      if (!response.ok) throw new Error(`status ${response.status}`);
    },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    now: () => Date.now(),
    failed(points, error) {
      // Without the SQL API every batch fails. One line per minute is enough.
      if (Date.now() - warned_at < 60_000) return;
      warned_at = Date.now();
      console.warn(`${points} data points lost: ${SQL_URL} did not accept them (${String(error)})`);
    },
  };
}

/** It serves no requests. */
export default {
  fetch: () => new Response('not found\n', { status: 404 }),
};
