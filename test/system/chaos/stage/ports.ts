import { isBusy } from '../../../../tools/local/ports.ts';

/**
 * Free ports for origins that come and go. Below those from which systems take the local ends of connections (32768 on
 * Linux, 49152 elsewhere): while an origin is down nobody else may come to sit on its port.
 */
export async function originPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  // Two runs at a time begin at different places.
  for (let port = 15_000 + ((process.pid * 37) % 15_000); ports.length < count; port++) {
    if (port > 32_000) port = 15_000;
    if (!(await isBusy(port))) ports.push(port);
  }
  return ports;
}
