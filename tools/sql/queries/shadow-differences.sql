-- Strategies and their shadows: the share of decisions in which the shadow would have tried another origin first.
SELECT
  balancer,
  pool,
  strategy,
  shadow_strategy,
  sum(_sample_interval) AS decisions,
  sum(shadow_differs * _sample_interval) / sum(_sample_interval) AS differs
FROM traffic
WHERE {since} AND shadow_strategy != ''
GROUP BY balancer, pool, strategy, shadow_strategy
ORDER BY balancer, pool, decisions DESC
LIMIT 1000
