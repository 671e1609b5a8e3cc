// Exact mean times in systems of queues with Poisson arrivals and a mean service time of 1. `load` is the arrival rate per
// server, in (0, 1).

/** One server with exponential service. With random choice, each of several servers is one. */
export function mm1(load: number): number {
  return 1 / (1 - load);
}

/** The time in M/M/1 that a share `p` of requests stays below. Times are exponentially distributed. */
export function mm1Quantile(load: number, p: number): number {
  return -Math.log(1 - p) / (1 - load);
}

/**
 * The share of requests that are answered if each gets up to `attempts` attempts with this deadline. The times of attempts
 * are exponentially distributed with a mean of `mean`.
 */
export function answeredInTime(deadline: number, mean: number, attempts: number): number {
  return 1 - Math.exp((-attempts * deadline) / mean);
}

/** The mean time of answers within a deadline, for exponentially distributed times with a mean of 1. */
export function meanInTime(deadline: number): number {
  return 1 - deadline / (Math.exp(deadline) - 1);
}

/** One server with any service (Pollaczek-Khinchine). @param variation squared coefficient of variation of service times */
export function mg1(load: number, variation: number): number {
  return 1 + (load * (1 + variation)) / (2 * (1 - load));
}

/**
 * The shortest of `choices` queues drawn at random, in the limit of infinitely many queues (Mitzenmacher, 'The Power
 * of Two Choices in Randomized Load Balancing', 2001). @param choices 2 or more
 */
export function supermarket(load: number, choices: number): number {
  let sum = 0;
  for (let i = 1; ; i++) {
    const term = load ** ((choices ** i - choices) / (choices - 1));
    sum += term;
    if (term < 1e-12) return sum;
  }
}

/**
 * Round robin over n servers. Each server gets every n-th arrival, so it is Erlang-n/M/1.
 * @param servers n; Infinity for the limit, D/M/1
 */
export function roundRobin(load: number, servers: number): number {
  const next = (sigma: number) =>
    servers === Number.POSITIVE_INFINITY
      ? Math.exp(-(1 - sigma) / load)
      : ((servers * load) / (servers * load + 1 - sigma)) ** servers;
  let sigma = load;
  for (let before = 0; Math.abs(sigma - before) > 1e-14; ) {
    before = sigma;
    sigma = next(sigma);
  }
  return 1 / (1 - sigma);
}

/** One queue for all servers (Erlang C, M/M/n). No strategy that does not know the size of requests is better. */
export function sharedQueue(load: number, servers: number): number {
  const offered = servers * load;
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (offered * blocked) / (k + offered * blocked);
  const waits = blocked / (1 - load * (1 - blocked));
  return 1 + waits / (servers * (1 - load));
}
