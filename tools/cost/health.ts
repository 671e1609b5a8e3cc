import { CONFIG_REFRESH_MS, REPORT_MS, TELL_MS } from '../../workers/health/paces.ts';
import { HEARTBEAT_MS } from '../../workers/health/publish/publication.ts';
import { DAY_S, type Deployment } from './deployment.ts';

/** Operations per second of the health Worker itself. */
export interface HealthOperations {
  worker_requests: number;
  kv_reads: number;
  kv_writes: number;
  coordinator_requests: number;
  region_requests: number;
  rows_written: number;
  data_points: number;
  /** Seconds of work per second, all objects together. */
  active_s: number;
  log_events: number;
}

/** The watchdog's cron trigger. */
const WATCHDOG_PER_S = 1 / 60;

/** What probing costs, whatever the traffic is. */
export function healthOperations({ probing, probe_ms, outages_per_day }: Deployment): HealthOperations {
  const { own_checks_per_s, region_checks_per_s } = probing;
  const regions = region_checks_per_s.length;
  const round_s = probe_ms / 1_000;
  const transitions_per_s = (2 * outages_per_day) / DAY_S;
  const heartbeats_per_s = 1_000 / HEARTBEAT_MS;
  const reports_per_s = regions / (REPORT_MS / 1_000);
  const tells_per_s = regions / (TELL_MS / 1_000);

  const refresh_s = CONFIG_REFRESH_MS / 1_000;
  const events_per_s = own_checks_per_s + tells_per_s + heartbeats_per_s;
  const alarms_per_s = alarmRate(events_per_s, refresh_s, round_s);
  const region_alarms = region_checks_per_s.map((checks) => alarmRate(checks, REPORT_MS / 1_000, round_s));
  const region_alarms_per_s = region_alarms.reduce((sum, rate) => sum + rate, 0);
  const checks_per_s = region_checks_per_s.reduce((sum, rate) => sum + rate, own_checks_per_s);
  const writes_per_s = heartbeats_per_s + transitions_per_s;
  return {
    worker_requests: WATCHDOG_PER_S,
    kv_reads: 1 / (refresh_s + waitForAlarm(events_per_s, refresh_s)),
    kv_writes: writes_per_s,
    coordinator_requests: alarms_per_s + reports_per_s + WATCHDOG_PER_S,
    region_requests: region_alarms_per_s + tells_per_s,
    // One row for each alarm, check, report and change of state, and two for each write of the health document.
    rows_written:
      alarms_per_s +
      region_alarms_per_s +
      checks_per_s +
      reports_per_s +
      2 * writes_per_s +
      transitions_per_s,
    data_points: checks_per_s + transitions_per_s,
    active_s: (alarms_per_s + region_alarms_per_s) * round_s,
    // Lines of its own. wrangler.health.toml logs no invocations.
    log_events: transitions_per_s,
  };
}

/**
 * Alarms per second of an object that sets the next alarm to the next event, `longest_s` ahead at most. Events come at random, and
 * those during a round wait for the next one. The mean of min(X, longest), where X is exponential, is (1 - e^(-rate × longest)) / rate.
 * Example: 20 origins, each probed every 60 s, are 0.33 events per second: an alarm every 2.9 s, and 0.1 s of work.
 */
export function alarmRate(events_per_s: number, longest_s: number, round_s: number): number {
  if (events_per_s === 0) return 1 / (longest_s + round_s);
  return 1 / ((1 - Math.exp(-events_per_s * longest_s)) / events_per_s + round_s);
}

/**
 * Mean time from the moment when a refresh is due, `refresh_s` after the last, to the next alarm. The last alarm before that moment
 * was a time `a` ago (exponential, cut off at `refresh_s`), and the next event comes within `refresh_s - a` or the alarm without one
 * does. Integrated over `a`, this is (1 - e^(-x)) / rate - refresh × e^(-x), with x = rate × refresh.
 */
function waitForAlarm(events_per_s: number, refresh_s: number): number {
  if (events_per_s === 0) return 0;
  const none = Math.exp(-events_per_s * refresh_s);
  return (1 - none) / events_per_s - refresh_s * none;
}
