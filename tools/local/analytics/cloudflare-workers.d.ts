// The part of the runtime that the sink uses. Its full types clash with those of Node, which tools/ is checked against.
declare module 'cloudflare:workers' {
  export abstract class WorkerEntrypoint<Env> {
    protected readonly ctx: { waitUntil(promise: Promise<unknown>): void };
    protected readonly env: Env;
  }
}
