-- How rankings were come by: kept answers, calls of the selector, and failover without it.
SELECT
  decision,
  strategy,
  sum(_sample_interval) AS requests
FROM traffic
WHERE {since}
GROUP BY decision, strategy
ORDER BY requests DESC
LIMIT 100
