/** What this Worker asks of the outside, passed in so that tests can replace it. */
export interface Io {
  fetch(request: Request): Promise<Response>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  uuid(): string;
}

/** The real outside. */
export const IO: Io = {
  fetch: (request) => fetch(request),
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
};
