import { describe, expect, it } from 'vitest';
import { BEHIND_MS, isOlder, Succession } from '../../../shared/documents/succession.ts';

const at = (version: number, published_at: string) => ({ version, published_at });
const JUNE = '2026-06-01T00:00:00.000Z';
const JULY = '2026-07-01T00:00:00.000Z';

describe('isOlder', () => {
  it("compares versions, because a publisher's clock may have been ahead", () => {
    expect(isOlder(at(10, JULY), at(11, JUNE))).toBe(true);
    expect(isOlder(at(11, JUNE), at(10, JULY))).toBe(false);
  });

  it('compares times between equal versions', () => {
    expect(isOlder(at(3, JUNE), at(3, JULY))).toBe(true);
    expect(isOlder(at(3, JULY), at(3, JUNE))).toBe(false);
    expect(isOlder(at(3, JULY), at(3, JULY))).toBe(false);
  });

  it('treats a published document as newer than the bundle, which has version 0', () => {
    expect(isOlder(at(1, JUNE), at(0, JULY))).toBe(false);
  });
});

describe('an older document than the current one', () => {
  it('is refused if a replica that is behind has answered', () => {
    const succession = new Succession();
    expect(succession.takes(at(5, JUNE), undefined, 0)).toBe(true);
    expect(succession.takes(at(4, JULY), at(5, JUNE), 5_000)).toBe(false);
    expect(succession.takes(at(6, JUNE), at(5, JUNE), 10_000)).toBe(true);
  });

  it('is accepted after reads have brought nothing else for two minutes: the store was lost, and versions start again', () => {
    const succession = new Succession();
    const held = at(5, JUNE);
    for (let ms = 0; ms < BEHIND_MS; ms += 5_000)
      expect(succession.takes(at(1 + ms / 60_000, JULY), held, ms)).toBe(false);
    expect(succession.takes(at(3, JULY), held, BEHIND_MS)).toBe(true);
  });

  it('is refused while some reads bring the current version', () => {
    const succession = new Succession();
    const held = at(5, JUNE);
    for (let ms = 0; ms < 3 * BEHIND_MS; ms += 60_000) {
      expect(succession.takes(at(4, JULY), held, ms)).toBe(false);
      expect(succession.takes(held, held, ms + 30_000)).toBe(true);
    }
  });

  it('waits two minutes again if the clock is set back', () => {
    const succession = new Succession();
    const held = at(5, JUNE);
    expect(succession.takes(at(4, JULY), held, 3_600_000)).toBe(false);
    expect(succession.takes(at(4, JULY), held, 0)).toBe(false);
    expect(succession.takes(at(4, JULY), held, BEHIND_MS - 1)).toBe(false);
    expect(succession.takes(at(4, JULY), held, BEHIND_MS)).toBe(true);
  });
});
