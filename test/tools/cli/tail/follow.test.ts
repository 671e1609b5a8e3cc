import { expect, it } from 'vitest';
import type { Seen } from '../../../../shared/analytics/tail/new_rows.ts';
import { follow } from '../../../../tools/cli/tail/follow.ts';
import { CliError, EXIT } from '../../../../tools/project/cli_error.ts';

/** The console's answers, one after another. The newest row is first in each. */
async function followed(answers: readonly (readonly number[] | Error)[], count: number) {
  const [told, rows]: [string[], number[]] = [[], []];
  let asked = 0;
  const ask = async (): Promise<readonly Seen[]> => {
    const answer = answers[asked++];
    if (answer === undefined) throw new Error('asked once too often');
    if (answer instanceof Error) throw answer;
    return answer.map((at) => ({ at }));
  };
  for await (const { at } of follow({ ask, pause: async () => {}, tell: (text) => told.push(text) })) {
    rows.push(at);
    if (rows.length === count) break;
  }
  return { told, rows };
}

const away = new CliError('no console answers', EXIT.unreachable);

it('gives what came after the first answer, the oldest first', async () => {
  const { rows } = await followed([[1], [3, 2, 1], [4, 3, 2]], 3);
  expect(rows).toEqual([2, 3, 4]);
});

it('goes on after the console was away, and says so once', async () => {
  const { rows, told } = await followed([[1], away, away, [2, 1]], 1);
  expect(rows).toEqual([2]);
  expect(told).toEqual(['no console answers; asking again until it answers', 'the console answers again']);
});

it('ends if nobody answers at first, or if the console refuses', async () => {
  await expect(followed([away], 1)).rejects.toBe(away);
  const refusal = new CliError('the token was revoked', EXIT.refused);
  await expect(followed([[1], refusal], 1)).rejects.toBe(refusal);
});
