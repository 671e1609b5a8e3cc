-- Versions that isolates served with: of the gateway, the selector and the configuration.
SELECT
  gateway_version,
  selector_version,
  config_version,
  count(DISTINCT isolate) AS isolates,
  sum(_sample_interval) AS requests,
  max(timestamp) AS last_at
FROM traffic
WHERE {since}
GROUP BY gateway_version, selector_version, config_version
ORDER BY config_version DESC, requests DESC
LIMIT 1000
