import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../shared/ip/loopback.ts';

describe('isLoopback', () => {
  it.each([
    'localhost',
    'LOCALHOST:8788',
    'console.localhost',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.1.2.3',
    '[::1]:80',
  ])('takes %s for this machine', (authority) => expect(isLoopback(authority)).toBe(true));

  it.each([
    '',
    'evil.example',
    'localhost.evil.example',
    'evillocalhost',
    '127.0.0.1.evil.example',
    '10.0.0.1',
  ])('does not take "%s" for this machine', (authority) => expect(isLoopback(authority)).toBe(false));

  it.each([
    '0.0.0.0',
    '[::]',
    '[::ffff:127.0.0.1]',
    'localhost:',
    'localhost@evil.example',
    'localhost\nevil',
  ])(
    'does not take "%s" for this machine, which may name it but is no name that a person writes',
    (authority) => expect(isLoopback(authority)).toBe(false),
  );
});
