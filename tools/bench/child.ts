import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { taskset } from './cpu.ts';

/**
 * Starts a module of this folder as a process and waits for its first message.
 * @param cpu processor to pin the process to, if that is possible
 * @param args arguments of the module
 */
export async function startChild<T>(
  module: string,
  cpu: number | undefined,
  args: readonly string[] = [],
): Promise<{ child: ChildProcess; first: T }> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), args);
  const first = await nextMessage<T>(child);
  if (cpu !== undefined && child.pid !== undefined) taskset(child.pid, cpu);
  return { child, first };
}

/** The next message of a child. @throws Error if the child ends first */
export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`a process of the benchmark ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}
