import { describe, expect, it } from 'vitest';
import { inHistory, pool, refusalOf } from './world.ts';

describe('If-Match on an object', () => {
  it('lets a change of the version through that the client saw, and no other', () =>
    inHistory(async (world) => {
      const { id, etag } = await world.create('pools', pool('eu'));
      const command = { do: 'merge', list: 'pools', id, if_match: `"${etag}"` } as const;
      const { object } = await world.write({ ...command, body: { description: 'mine' } });
      expect(object?.etag).not.toBe(etag);
      const before = world.snapshot();
      for (const late of [
        { ...command, body: { description: 'late' } },
        { ...command, do: 'replace', body: pool('eu') } as const,
        { ...command, do: 'remove' } as const,
      ]) {
        const refusal = await refusalOf(world.write(late));
        expect(refusal).toMatchObject({
          status: 412,
          headers: { 'x-should-retry': 'false', etag: `"${object?.etag}"` },
          mistakes: [
            {
              code: 1_007,
              meta: {
                expected: `"${etag}"`,
                current: `"${object?.etag}"`,
                version: 2,
                author: 'admin token',
              },
            },
          ],
        });
        expect(refusal.message).toContain(
          `If-Match is "${etag}", and now it is "${object?.etag}" (version 2 by admin`,
        );
      }
      expect(world.snapshot()).toEqual(before);
    }));

  it('is about the object alone: changes of others do not matter', () =>
    inHistory(async (world) => {
      const { id, etag } = await world.create('pools', pool('eu'));
      await world.create('pools', pool('us'));
      await world.write({
        do: 'merge',
        list: 'pools',
        id,
        body: { description: 'x' },
        if_match: `"${etag}"`,
      });
    }));

  it.each<[string, (etag: string) => string, boolean]>([
    ['any version', () => '*', true],
    ['a list with the version', (etag) => `"a", "${etag}" ,"b"`, true],
    ['a list without it', () => '"a", "b"', false],
    ['a weak tag, as the platform makes of a compressed answer', (etag) => `W/"${etag}"`, true],
    ['a tag without quotes', (etag) => etag, false],
    ['nothing', () => '', false],
    ['a part of the tag', (etag) => `"${etag.slice(1)}"`, false],
  ])('may be %s', (_, headerOf, through) =>
    inHistory(async (world) => {
      const { id, etag } = await world.create('pools', pool('eu'));
      const request = world.write({
        ...({ do: 'merge', list: 'pools', id, body: { description: 'x' } } as const),
        if_match: headerOf(etag),
      });
      if (through) expect((await request).changed).toBe(true);
      else expect((await refusalOf(request)).status).toBe(412);
    }),
  );

  it('of any length is repeated in part', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      const refusal = await refusalOf(
        world.write({ do: 'remove', list: 'pools', id, if_match: `"${'x'.repeat(10_000)}"` }),
      );
      expect(refusal.message.length).toBeLessThan(500);
    }));

  it('of an object that is gone is 404', () =>
    inHistory(async (world) => {
      const request = world.write({ do: 'remove', list: 'pools', id: 'e'.repeat(32), if_match: '*' });
      expect((await refusalOf(request)).status).toBe(404);
    }));
});

describe('If-Match on the document', () => {
  it('is the version that the file was made from; "0" before the first one', () =>
    inHistory(async (world) => {
      const publish = (source: string, if_match: string) => world.write({ do: 'source', source, if_match });
      await publish('{ "pools": [] }', '"0"');
      await publish('{ "pools": [], "monitors": [] }', '"1"');
      const refusal = await refusalOf(publish('{}', '"1"'));
      expect(refusal).toMatchObject({ status: 412, headers: { etag: '"2"', 'x-should-retry': 'false' } });
      expect(refusal.message).toContain(
        'If-Match is "1", and now it is "2" (version 2 by admin token at 2026-',
      );
      expect((await refusalOf(publish('{', '"1"'))).status).toBe(412);
      const rollback = world.write({ do: 'rollback', version: 1, if_match: '"1"' });
      expect((await refusalOf(rollback)).status).toBe(412);
      await world.write({ do: 'rollback', version: 1, if_match: '"2"' });
    }));

  it('is refused with words for an empty history', () =>
    inHistory(async (world) => {
      const { message } = await refusalOf(world.write({ do: 'source', source: '{}', if_match: '"3"' }));
      expect(message).toContain('nothing was written yet');
    }));
});
