/** A webhook that is told about changes of health. */
export interface Notification {
  name: string;
  url: string;
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
