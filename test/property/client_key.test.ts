import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientKey } from '../../shared/hashing/client_key.ts';
import { anyText, runs } from './runs.ts';

describe('clientKey', () => {
  it('is equal for all addresses of an IPv6 /64, in any notation', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const network = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(network, network, network, (prefix, low, other) => {
        const written = (groups: number[]) => groups.map((each) => each.toString(16)).join(':');
        const shouted = (groups: number[]) =>
          groups.map((each) => each.toString(16).padStart(4, '0').toUpperCase()).join(':');
        // An IPv4-mapped address is an IPv4 address, in a /96.
        fc.pre(prefix.some((each) => each !== 0));
        expect(clientKey(written([...prefix, ...low]))).toBe(clientKey(shouted([...prefix, ...other])));
      }),
      runs(),
    );
  });

  it('never throws, whatever the header', () => {
    fc.assert(
      fc.property(anyText, (address) => {
        expect(typeof clientKey(address)).toBe('string');
      }),
      runs(),
    );
  });
});
