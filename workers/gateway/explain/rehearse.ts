import type { ExplainedAnswer, ExplainingSelector } from '../../../shared/contracts/explain.ts';
import type { Question, Selector } from '../../../shared/contracts/selection.ts';
import type { Env } from '../env.ts';
import type { Isolate } from '../state/isolate.ts';

/** An isolate on which a choice can be tried. */
export interface Rehearsal {
  /** A copy that changes nothing in the isolate that serves. */
  isolate: Isolate;
  /** Numbers that the gateway drew. */
  draws: number[];
  /** The selector's answer to the last question, with its reasons. Undefined: it was not asked. */
  explained: ExplainedAnswer | undefined;
  /** Asks the selector for its reasons alone, if no question has brought them. */
  ask(question: Question): Promise<void>;
  /** What differs from a request that is served. */
  notes: string[];
}

/** The bindings by which a gateway tells others of its traffic. */
const TELLING: readonly string[] = ['TRAFFIC', 'MIRROR', 'HEALTH', 'CONTROL'] satisfies (keyof Env)[];

/** Copies an isolate for one explanation. The copy writes no data points, and asks the selector to explain instead of to answer. */
export function rehearse(isolate: Isolate): Rehearsal {
  const { env } = isolate;
  const draws: number[] = [];
  const random = () => {
    const number = isolate.random();
    draws.push(number);
    return number;
  };
  const selector = env.SELECTOR as unknown as ExplainingSelector | undefined;
  const explained = async (question: Question): Promise<ExplainedAnswer> => {
    if (selector === undefined) throw new Error('the binding SELECTOR is missing');
    rehearsal.explained = await selector.explain(question);
    return rehearsal.explained;
  };
  const explaining = { select: async (question: Question) => (await explained(question)).answer };
  const silent = Object.fromEntries(Object.entries(env).filter(([name]) => !TELLING.includes(name)));
  const copied: Env = {
    ...silent,
    ...(selector !== undefined && { SELECTOR: explaining as unknown as Service & Selector }),
  };
  const rehearsal: Rehearsal = {
    isolate: isolate.copy(copied, random),
    draws,
    explained: undefined,
    async ask(question) {
      if (rehearsal.explained !== undefined) return;
      await explained(question).catch((error: unknown) => {
        rehearsal.notes.push(
          `the selector gives no reasons: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    },
    notes: [],
  };
  return rehearsal;
}
