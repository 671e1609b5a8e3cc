import { WorkerEntrypoint } from 'cloudflare:workers';
import type { Control as Contract, Heads, Suspicion } from '../../shared/contracts/control.ts';
import { coordinatorOf, type Env } from './env.ts';

/** What gateway and selector may ask of the coordinator. */
export class Control extends WorkerEntrypoint<Env> implements Contract {
  heads(): Promise<Heads> {
    return coordinatorOf(this.env).heads();
  }

  body(hash: string): Promise<string | undefined> {
    return coordinatorOf(this.env).body(hash);
  }

  suspect(suspicions: readonly Suspicion[]): Promise<void> {
    return coordinatorOf(this.env).suspect(suspicions);
  }
}
