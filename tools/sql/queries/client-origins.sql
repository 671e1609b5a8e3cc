-- Clients, where they were served, and where a shadow would have sent them: of the client numbers the lowest, a fair sample.
SELECT
  balancer,
  client,
  variant,
  origin,
  shadow,
  sum(_sample_interval) AS requests
FROM traffic
WHERE {since} AND client > 0 AND origin != '' AND variant != ''
GROUP BY balancer, client, variant, origin, shadow
ORDER BY client, balancer, variant, origin, shadow
LIMIT 20000
