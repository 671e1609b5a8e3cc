import autocannon from 'autocannon';

// The load, in a process of its own. It sends requests for the time of each order of its parent, and ends with its parent.

/** An order of the parent. */
export interface LoadOrder {
  url: string;
  /** `Host` headers, which each connection sends in turn. Absent: that of the URL. */
  hosts?: readonly string[];
  connections: number;
  seconds: number;
}

/** The result of an order. */
export interface LoadResult {
  /** Answers with status 2xx. */
  ok: number;
  /** Other answers, failed connections and timeouts. */
  failed: number;
  /** Real time that the load took. */
  seconds: number;
}

process.on('disconnect', () => process.exit());
process.on('message', async ({ url, hosts, connections, seconds }: LoadOrder) => {
  const requests = hosts === undefined ? [{}] : hosts.map((host) => ({ headers: { host } }));
  const result = await autocannon({ url, requests, connections, duration: seconds, sampleInt: 100 });
  const answer: LoadResult = {
    ok: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
    seconds: result.duration,
  };
  process.send?.(answer);
});
process.send?.('ready');
