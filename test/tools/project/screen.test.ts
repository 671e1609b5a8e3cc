import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { type Terminal, watchScreen } from '../../../tools/project/screen.ts';

/** A terminal of 40 columns and 5 rows, and the keys that somebody presses there. */
function terminal() {
  const keys = new PassThrough();
  const out = new PassThrough();
  const stdin = Object.assign(keys, { isTTY: true, setRawMode: () => stdin });
  const stdout = Object.assign(out, { isTTY: true, rows: 5, columns: 40 });
  return { keys, out, terminal: { stdin, stdout } as unknown as Terminal };
}

/** Ends after some looks. */
const looks = (count: number, press: (look: number) => void) => {
  let look = 0;
  return async () => {
    look++;
    press(look);
    if (look > 1_000) throw new Error(`more than ${count} looks`);
    return `look ${look}`;
  };
};

it('calls for one key once, however many looks came before it', async () => {
  const { keys, terminal: one } = terminal();
  const pressed: string[] = [];
  const draw = looks(30, (look) => {
    if (look === 25) keys.write('s');
    if (look === 30) keys.write('q');
  });
  await watchScreen(
    draw,
    1,
    (key) => {
      pressed.push(key);
      return key === 'q' ? 'end' : undefined;
    },
    one,
  );
  expect(pressed).toEqual(['s', 'q']);
  expect(keys.listenerCount('data')).toBe(0);
});

it('ends at the key while it waits for an answer that does not come', async () => {
  const { keys, terminal: one } = terminal();
  const draw = () => {
    keys.write('q');
    return new Promise<string>(() => {});
  };
  await watchScreen(draw, 1, (key) => (key === 'q' ? 'end' : undefined), one);
});

it('shows one message above the last good text, also after several failed looks', async () => {
  const { keys, out, terminal: one } = terminal();
  let look = 0;
  const draw = async () => {
    look++;
    if (look === 1) return 'all is well';
    if (look === 4) keys.write('q');
    throw new Error(`failure ${look}`);
  };
  await watchScreen(draw, 1, (key) => (key === 'q' ? 'end' : undefined), one);
  const shown = String(out.read());
  expect(shown).toContain('failure 3\n\nall is well');
  expect(shown).not.toMatch(/failure 3\n\nfailure 2/);
});
