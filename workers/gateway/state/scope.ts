import type { FactName } from '../../../shared/contracts/facts.ts';
import type { KeyMap, RequestClass } from '../../../shared/contracts/key_map.ts';
import type { Answer } from '../../../shared/contracts/selection.ts';
import { Pause } from './pause.ts';

/** After a failed question, one request per this time asks again in the background. */
const TRY_MS = 250;

/** The state of questions about a balancer under one combination of its rules. */
export class Scope {
  /** The facts that the last answer varied on, which the next question must carry. */
  vary: readonly FactName[] = [];
  /** The classes that distinguish requests. Undefined: the values of `vary` do. */
  classes: readonly RequestClass[] | undefined;
  /** The maps that `classes` refer to. */
  maps: readonly KeyMap[] = [];
  /** Begins when a question fails. */
  readonly pause: Pause;

  constructor(pause = new Pause(TRY_MS)) {
    this.pause = pause;
  }

  /** Another one in the same state. */
  copy(): Scope {
    const { vary, classes, maps } = this;
    return Object.assign(new Scope(this.pause.copy()), { vary, classes, maps });
  }

  learn({ vary, classes, maps = [] }: Answer): void {
    this.vary = vary;
    this.classes = classes;
    this.maps = maps;
  }
}
