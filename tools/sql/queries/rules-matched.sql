-- Pool sets and rules that were applied, and how the requests ended.
SELECT
  balancer,
  rules,
  outcome,
  sum(_sample_interval) AS requests
FROM traffic
WHERE {since} AND rules != ''
GROUP BY balancer, rules, outcome
ORDER BY requests DESC
LIMIT 1000
