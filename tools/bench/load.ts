import autocannon from 'autocannon';

// A process of its own: runs one burst of load for every order its parent sends. Ends with it.

/** What the parent sends. */
export interface LoadOrder {
  url: string;
  connections: number;
  seconds: number;
}

/** What it gets back. */
export interface LoadResult {
  /** Answers with status 2xx. */
  ok: number;
  /** Every other answer, and every failed connection or timeout. */
  failed: number;
  /** Wall time of the burst. */
  seconds: number;
}

process.on('disconnect', () => process.exit());
process.on('message', async ({ url, connections, seconds }: LoadOrder) => {
  const result = await autocannon({ url, connections, duration: seconds, sampleInt: 100 });
  const answer: LoadResult = {
    ok: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
    seconds: result.duration,
  };
  process.send?.(answer);
});
process.send?.('ready');
