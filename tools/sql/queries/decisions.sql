-- Where each ranking came from: a kept answer, a selector call, a session, or failover order.
SELECT
  decision,
  strategy,
  sum(_sample_interval) AS requests
FROM traffic
WHERE {since}
GROUP BY decision, strategy
ORDER BY requests DESC
LIMIT 100
