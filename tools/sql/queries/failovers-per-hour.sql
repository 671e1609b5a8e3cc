-- Requests with more than one attempt, per hour and reason, and how many of them a later attempt saved.
SELECT
  toStartOfInterval(timestamp, INTERVAL '1' HOUR) AS hour,
  retry_reason,
  sum(_sample_interval) AS failovers,
  sum(if(status < 500, _sample_interval, 0)) AS saved
FROM traffic
WHERE {since} AND attempts > 1
GROUP BY hour, retry_reason
ORDER BY hour, failovers DESC
LIMIT 1000
