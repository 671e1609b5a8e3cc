import { WorkerEntrypoint } from 'cloudflare:workers';
import bundled from 'bundled-config';
import type { ExplainedAnswer, ExplainingSelector } from '../../shared/contracts/explain.ts';
import type { Answer, Question, Selector } from '../../shared/contracts/selection.ts';
import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import { Documents } from './documents.ts';
import { Draws } from './draws.ts';
import type { Env } from './env.ts';
import { planFor } from './plan_for.ts';
import { FAILED_AGE_MS, Scripts } from './scripts/scripts.ts';
import { select } from './select.ts';
import { standingsOf } from './standing.ts';

// The isolate's memory: the platform makes a new entrypoint for every request, but hands all of them one `env`.
let documents: Documents | undefined;
let scripts: Scripts | undefined;
const draws = new Draws(Math.random);

/** Ranks the origins that could serve a request. Only the gateway's binding reaches it. */
export default class SelectorWorker extends WorkerEntrypoint<Env> implements Selector, ExplainingSelector {
  /** @throws Error for a balancer or a strategy that it does not know. The gateway then orders the origins itself */
  async select(question: Question): Promise<Answer> {
    return (await this.#answer(question, draws)).answer;
  }

  /** The answer to a question with its reasons. It takes no turn. @throws Error as {@link select} */
  async explain(question: Question): Promise<ExplainedAnswer> {
    const drawn: number[] = [];
    const copy = draws.copy(() => {
      const number = Math.random();
      drawn.push(number);
      return number;
    });
    const { answer, config, health, strategies } = await this.#answer(question, copy);
    const now = Date.now();
    const plan = planFor(config, health, question, now, strategies);
    return { answer, pools: standingsOf(plan, config.config, health, now), draws: drawn };
  }

  async #answer(question: Question, from: Draws) {
    documents ??= new Documents(this.env, bundled, Date.now);
    scripts ??= new Scripts(this.env, Date.now, STRATEGIES);
    const background = (work: Promise<unknown>) => this.ctx.waitUntil(work);
    const config = await documents.config(question, background);
    const { health } = documents;
    const version = this.env.VERSION?.id ?? '';
    const ready = await scripts.prepare(config, health, question, from, background);
    if (ready === undefined) {
      const bare = select(config, health, question, from, Date.now(), STRATEGIES);
      return { answer: { ...bare, version }, config, health, strategies: STRATEGIES };
    }
    const { strategies } = ready;
    const narrowed = { ...question, want: ready.want };
    const bare = select(config, health, narrowed, ready.draws, Date.now(), strategies);
    const answer = ready.failed ? { ...bare, max_age_ms: FAILED_AGE_MS, version } : { ...bare, version };
    return { answer, config, health, strategies };
  }

  override fetch(): Response {
    return new Response('not found\n', { status: 404 });
  }
}
