// Mean times in a system of queues with Poisson arrivals and a mean service time of 1, all exact. `load` is the arrival
// rate per server, in (0, 1).

/** One server of exponential service, which every one of many is when requests are spread at random. */
export function mm1(load: number): number {
  return 1 / (1 - load);
}

/** The share `p` of all times in M/M/1 is below this: they are exponentially distributed. */
export function mm1Quantile(load: number, p: number): number {
  return -Math.log(1 - p) / (1 - load);
}

/**
 * The share of requests that are answered within a deadline, where `attempts` of them follow one another and the times of
 * each are exponentially distributed with a mean of `mean`.
 */
export function answeredInTime(deadline: number, mean: number, attempts: number): number {
  return 1 - Math.exp((-attempts * deadline) / mean);
}

/** The mean time of the answers that come within a deadline, of exponentially distributed times with a mean of 1. */
export function meanInTime(deadline: number): number {
  return 1 - deadline / (Math.exp(deadline) - 1);
}

/** One server of any service (Pollaczek-Khinchine). @param variation squared coefficient of variation of the service */
export function mg1(load: number, variation: number): number {
  return 1 + (load * (1 + variation)) / (2 * (1 - load));
}

/**
 * The shortest of `choices` queues drawn at random, as the number of queues goes to infinity (Mitzenmacher, 'The Power
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
 * Round robin over `servers` servers: each sees every `servers`-th arrival, and is Erlang-n/M/1.
 * @param servers Infinity: the limit, D/M/1
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

/** One queue before all servers (Erlang C, M/M/n): no rule that does not know the size of a request does better. */
export function sharedQueue(load: number, servers: number): number {
  const offered = servers * load;
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (offered * blocked) / (k + offered * blocked);
  const waits = blocked / (1 - load * (1 - blocked));
  return 1 + waits / (servers * (1 - load));
}
