-- Share of requests that the fallback pool served because no other pool could, by balancer.
SELECT
  balancer,
  sum(_sample_interval) AS requests,
  sum(_sample_interval * fallback) AS by_fallback,
  sum(_sample_interval * fallback) / sum(_sample_interval) AS share
FROM traffic
WHERE {since} AND balancer != ''
GROUP BY balancer
ORDER BY share DESC
LIMIT 1000
