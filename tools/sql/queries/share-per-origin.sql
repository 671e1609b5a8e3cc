-- Requests per origin.
SELECT origin, sum(_sample_interval) AS requests
FROM traffic
WHERE {since}
GROUP BY origin
ORDER BY requests DESC
LIMIT 100
