-- Paths by their p95 in milliseconds, the slowest first.
SELECT
  path,
  sum(_sample_interval) AS requests,
  quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms,
  max(total_ms) AS slowest_ms
FROM traffic
WHERE {since}
GROUP BY path
ORDER BY p95_ms DESC
LIMIT 20
