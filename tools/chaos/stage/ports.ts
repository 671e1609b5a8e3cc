import { freePorts } from '../../local/ports.ts';

/** Free ports for origins that come and go: while an origin is down, nobody else comes to sit on its port. */
export function originPorts(count: number): Promise<number[]> {
  return freePorts(count);
}
