/** The receivers whose form messages can have. */
export const TEMPLATE_NAMES = ['standard', 'slack', 'pagerduty', 'opsgenie'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** How an origin is probed. */
export interface Monitor {
  id: string;
  type: 'http' | 'https' | 'tcp';
  /** `GET`, `HEAD`, … For http and https only, like every field about requests and responses. */
  method: string;
  path: string;
  /** 0: the origin's own port. */
  port: number;
  /** `2xx`, `200,204`, `200-299`. */
  expected_codes: string;
  /** Case-insensitive substring of the first 10 KB. Empty: any body. */
  expected_body: string;
  follow_redirects: boolean;
  /** Immediate retries after a timeout. */
  retries: number;
  interval_ms: number;
  timeout_ms: number;
  /** Successes in a row that bring an origin up, 1 or more. */
  consecutive_up: number;
  /** Failures in a row that bring it down, 1 or more. */
  consecutive_down: number;
  /** One value per name, including `Host`. */
  headers: Record<string, string>;
}

/** One monitor of a group. Members that are not enabled are left out. */
export interface GroupMember {
  /** Id of the monitor. */
  monitor: string;
  /** Its failure alone brings an origin down. */
  must_be_healthy?: true;
  /** It probes and notifies, but has no vote. */
  monitoring_only?: true;
}

/** A webhook that is told about changes of health. */
export interface Notification {
  name: string;
  url: string;
  /** The form of its messages. Absent: `standard`. */
  template?: TemplateName;
  /** Ids of pools. Absent: all. */
  pools?: string[];
}

/** Which changes of a pool and of its origins are notified. Absent: all. */
export interface NotificationFilter {
  pool?: Filter;
  origin?: Filter;
}

export interface Filter {
  /** Nothing is notified. */
  disable?: true;
  /** `true`: only recoveries. `false`: only failures. */
  healthy?: boolean;
}
