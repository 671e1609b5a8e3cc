import type { ChildProcess } from 'node:child_process';
import { freePorts } from '../../local/ports.ts';
import { startChild } from '../child.ts';
import { ORIGINS } from './configuration.ts';

/** The origins, each in a process of its own. They are named by their ids. */
export interface Origins {
  /** Kills an origin's process, so that connections to it are refused. */
  kill(id: string): Promise<void>;
  /** Has an origin fail its health checks from now on. It answers requests as before. */
  failChecks(id: string): void;
  stop(): Promise<void>;
}

/** The ports of {@link ORIGINS}. The system gives them to no connection, so nothing takes the port of a dead origin. */
export function originPorts(): Promise<number[]> {
  return freePorts(ORIGINS.length);
}

/** @param ports from {@link originPorts} */
export async function startOrigins(ports: readonly number[]): Promise<Origins> {
  const children = new Map<string, ChildProcess>();
  const kill = async (id: string) => {
    const child = children.get(id);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    for (const id of children.keys()) await kill(id);
  };
  try {
    for (const [index, id] of ORIGINS.entries()) {
      const { child } = await startChild('./control/origin.ts', undefined, [String(ports[index])]);
      children.set(id, child);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { kill, failChecks: (id) => void children.get(id)?.send('fail checks'), stop };
}
