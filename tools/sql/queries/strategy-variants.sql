-- Strategies side by side, live and canary: requests, error rate, retry rate, milliseconds to the last byte.
SELECT
  balancer,
  pool,
  strategy,
  variant,
  sum(_sample_interval) AS requests,
  sum(if(status >= 500 OR outcome = 'cut_short', _sample_interval, 0)) / sum(_sample_interval) AS error_rate,
  sum(if(attempts > 1, _sample_interval, 0)) / sum(_sample_interval) AS retry_rate,
  quantileExactWeighted(0.5)(total_ms, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms,
  quantileExactWeighted(0.99)(total_ms, _sample_interval) AS p99_ms
FROM traffic
WHERE {since} AND strategy != ''
GROUP BY balancer, pool, strategy, variant
ORDER BY balancer, pool, requests DESC
LIMIT 1000
