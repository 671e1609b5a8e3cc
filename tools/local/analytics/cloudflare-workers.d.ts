// What the sink uses of the runtime. The full types clash with Node's, under which tools/ is checked.
declare module 'cloudflare:workers' {
  export abstract class WorkerEntrypoint<Env> {
    protected readonly ctx: { waitUntil(promise: Promise<unknown>): void };
    protected readonly env: Env;
  }
}
