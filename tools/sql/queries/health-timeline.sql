-- Checks per origin, region and five minutes: failures, changes of state, and the last state. Region `quorum` is the verdict of several regions.
SELECT
  toStartOfInterval(timestamp, INTERVAL '5' MINUTE) AS from_time,
  origin,
  region,
  argMax(state, timestamp) AS last_state,
  sum(if(kind = 'check', _sample_interval, 0)) AS checks,
  sum(if(kind = 'check' AND reason != '', _sample_interval, 0)) AS failed,
  sum(if(kind = 'transition', _sample_interval, 0)) AS transitions
FROM health
WHERE {since} AND (kind = 'check' OR kind = 'transition')
GROUP BY from_time, origin, region
ORDER BY from_time, origin, region
LIMIT 1000
