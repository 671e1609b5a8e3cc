import { WorkerEntrypoint } from 'cloudflare:workers';
import bundled from 'bundled-config';
import type { Answer, Question, Selector } from '../../shared/contracts/selection.ts';
import { Documents } from './documents.ts';
import { Draws } from './draws.ts';
import type { Env } from './env.ts';
import { select } from './select.ts';
import { STRATEGIES } from './strategies/index.ts';

// The isolate's memory: the platform makes a new entrypoint for every request, but hands all of them one `env`.
let documents: Documents | undefined;
const draws = new Draws(Math.random);

/** Says who could serve a request. Reached through the gateway's binding alone. */
export default class SelectorWorker extends WorkerEntrypoint<Env> implements Selector {
  /** @throws Error on a question about a balancer that it does not know; the gateway then falls back */
  async select(question: Question): Promise<Answer> {
    documents ??= new Documents(this.env, bundled, Date.now);
    const config = await documents.config(question, (work) => this.ctx.waitUntil(work));
    const selection = select(config, documents.health, question, draws, Date.now(), STRATEGIES);
    return { ...selection, version: this.env.VERSION?.id ?? '' };
  }

  override fetch(): Response {
    return new Response('not found\n', { status: 404 });
  }
}
