-- Origins that isolates of the gateway ejected: how often, why, for how long, and how often they were readmitted.
SELECT
  origin,
  reason,
  sum(if(kind = 'ejection', _sample_interval, 0)) AS ejections,
  sum(if(kind = 'readmission', _sample_interval, 0)) AS readmissions,
  max(if(kind = 'ejection', streak, 0)) AS most_in_a_row,
  max(if(kind = 'ejection', until_ms, 0)) AS longest_ms,
  max(timestamp) AS last_time
FROM health
WHERE {since} AND (kind = 'ejection' OR kind = 'readmission')
GROUP BY origin, reason
ORDER BY ejections DESC
LIMIT 1000
