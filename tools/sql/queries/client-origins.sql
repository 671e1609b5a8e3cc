-- Clients by origin, and the origin that a shadow would have tried. It takes the lowest client numbers, which are a fair sample.
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
