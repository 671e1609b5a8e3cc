import { WorkerEntrypoint } from 'cloudflare:workers';
import bundled from 'bundled-config';
import type { Answer, Question, Selector } from '../../shared/contracts/selection.ts';
import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import { Documents } from './documents.ts';
import { Draws } from './draws.ts';
import type { Env } from './env.ts';
import { FAILED_AGE_MS, Scripts } from './scripts/scripts.ts';
import { select } from './select.ts';

// The isolate's memory: the platform makes a new entrypoint for every request, but hands all of them one `env`.
let documents: Documents | undefined;
let scripts: Scripts | undefined;
const draws = new Draws(Math.random);

/** Ranks the origins that could serve a request. Only the gateway's binding reaches it. */
export default class SelectorWorker extends WorkerEntrypoint<Env> implements Selector {
  /** @throws Error for a balancer or a strategy that it does not know. The gateway then orders the origins itself */
  async select(question: Question): Promise<Answer> {
    documents ??= new Documents(this.env, bundled, Date.now);
    scripts ??= new Scripts(this.env, Date.now, STRATEGIES);
    const background = (work: Promise<unknown>) => this.ctx.waitUntil(work);
    const config = await documents.config(question, background);
    const { health } = documents;
    const version = this.env.VERSION?.id ?? '';
    const ready = await scripts.prepare(config, health, question, draws, background);
    if (ready === undefined)
      return { ...select(config, health, question, draws, Date.now(), STRATEGIES), version };
    const narrowed = { ...question, want: ready.want };
    const selection = select(config, health, narrowed, ready.draws, Date.now(), ready.strategies);
    return ready.failed ? { ...selection, max_age_ms: FAILED_AGE_MS, version } : { ...selection, version };
  }

  override fetch(): Response {
    return new Response('not found\n', { status: 404 });
  }
}
