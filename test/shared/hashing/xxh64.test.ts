import { describe, expect, it } from 'vitest';
import { xxh64 } from '../../../shared/hashing/xxh64.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The buffer of xxHash's own sanity checks: the top byte of a product chain. */
function sanityBuffer(length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  let generator = 2654435761n;
  for (let i = 0; i < length; i++) {
    buffer[i] = Number(generator >> 56n);
    generator = BigInt.asUintN(64, generator * 11400714785074694797n);
  }
  return buffer;
}

describe('xxh64', () => {
  it.each([
    ['', 0n, 0xef46db3751d8e999n],
    ['a', 0n, 0xd24ec4f1a98c6e5bn],
    ['abc', 0n, 0x44bc2cf5ad770999n],
    ['Nobody inspects the spammish repetition', 0n, 0xfbcea83c8a378bf1n],
    ['The quick brown fox jumps over the lazy dog', 0n, 0x0b242d361fda71bcn],
  ])('gives the published value for %j', (text, seed, hash) => {
    expect(xxh64(bytes(text), seed)).toBe(hash);
  });

  // xxHash: tests/sanity_test_vectors.h and, before that, BMK_sanityCheck in xxhsum.c.
  it.each([
    [0, 0n, 0xef46db3751d8e999n],
    [0, 2654435761n, 0xac75fda2929b17efn],
    [1, 0n, 0xe934a84adb052768n],
    [1, 2654435761n, 0x5014607643a9b4c3n],
    [4, 0n, 0x9136a0dca57457een],
    [14, 0n, 0x8282dcc4994e35c8n],
    [14, 2654435761n, 0xc3bd6bf63deb6df0n],
    [222, 0n, 0xb641ae8cb691c174n],
    [222, 2654435761n, 0x20cb8ab7ae10c14an],
  ])('gives the published value for %i bytes of the sanity buffer, seed %i', (length, seed, hash) => {
    expect(xxh64(sanityBuffer(length), seed)).toBe(hash);
  });

  it('reads only its own bytes of a larger buffer', () => {
    const whole = bytes('xxThe quick brown fox jumps over the lazy dogxx');
    expect(xxh64(whole.subarray(2, whole.length - 2), 0n)).toBe(0x0b242d361fda71bcn);
  });
});
