-- Requests and errors per pool. An error is a status of 500 or more, or an answer that broke off.
SELECT
  pool,
  sum(_sample_interval) AS requests,
  sum(if(status >= 500 OR outcome = 'cut_short', _sample_interval, 0)) AS errors,
  sum(if(status >= 500 OR outcome = 'cut_short', _sample_interval, 0)) / sum(_sample_interval) AS error_rate
FROM traffic
WHERE {since}
GROUP BY pool
ORDER BY error_rate DESC
LIMIT 100
