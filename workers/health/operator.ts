import { WorkerEntrypoint } from 'cloudflare:workers';
import type { Operator as Contract, Heads } from '../../shared/contracts/control.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { coordinatorOf, type Env } from './env.ts';

/** What the console may ask of the coordinator. An announcement changes what all gateways do, so gateways are not bound to this. */
export class Operator extends WorkerEntrypoint<Env> implements Contract {
  announce(document: ConfigDocument): Promise<boolean> {
    return coordinatorOf(this.env).announce(document);
  }

  heads(): Promise<Heads> {
    return coordinatorOf(this.env).heads();
  }

  body(hash: string): Promise<string | undefined> {
    return coordinatorOf(this.env).body(hash);
  }

  health(): Promise<HealthDocument | undefined> {
    return coordinatorOf(this.env).health();
  }
}
