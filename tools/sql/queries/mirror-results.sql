-- Copied requests: the status that clients got, the status of the copy, and the p95 of both in milliseconds to the first byte.
SELECT
  balancer,
  pool,
  live_status,
  status,
  outcome,
  sum(_sample_interval) AS copies,
  quantileExactWeighted(0.95)(live_first_byte_ms, _sample_interval) AS live_p95_ms,
  quantileExactWeighted(0.95)(first_byte_ms, _sample_interval) AS p95_ms
FROM mirror
WHERE {since}
GROUP BY balancer, pool, live_status, status, outcome
ORDER BY balancer, pool, copies DESC
LIMIT 1000
