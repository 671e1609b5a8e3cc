-- Strategy scripts that failed, so that `random` ranked instead: which, why, how many requests per pool, and the last one.
SELECT
  balancer,
  pool,
  strategy,
  shadow_strategy,
  sum(_sample_interval) AS requests,
  max(timestamp) AS last_time
FROM traffic
WHERE {since} AND (strategy LIKE '%(script:%' OR shadow_strategy LIKE '%(script:%')
GROUP BY balancer, pool, strategy, shadow_strategy
ORDER BY requests DESC
LIMIT 1000
