-- Milliseconds to the last byte per origin and data centre: median, p95, p99.
SELECT
  origin,
  colo,
  sum(_sample_interval) AS requests,
  quantileExactWeighted(0.5)(total_ms, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms,
  quantileExactWeighted(0.99)(total_ms, _sample_interval) AS p99_ms
FROM traffic
WHERE {since}
GROUP BY origin, colo
ORDER BY p95_ms DESC
LIMIT 100
