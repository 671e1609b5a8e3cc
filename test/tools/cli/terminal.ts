import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import xterm from '@xterm/headless';
import { inRoot } from '../../../tools/project/root.ts';

/** Whether this machine has `script` of util-linux, which gives a process a terminal of its own. */
export const HAS_TERMINAL =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

export const ROWS = 24;
export const COLUMNS = 80;

/** `lb` in a terminal of 80 columns and 24 rows. */
export interface Session {
  /** The screen as somebody sees it, line by line. */
  screen(): Promise<string[]>;
  /** Waits until the screen fits. */
  until(fits: (lines: readonly string[]) => boolean): Promise<string[]>;
  press(key: string): void;
  /** The exit code. */
  ended: Promise<number | null>;
  [Symbol.dispose](): void;
}

const LONGEST_MS = 20_000;

/** Starts `lb` in a terminal. */
export function lbInTerminal(args: readonly string[], env: Record<string, string>): Session {
  const command = [process.execPath, inRoot('tools', 'cli', 'bin.js'), ...args].join(' ');
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(
    'script',
    ['-qfec', `stty rows ${ROWS} cols ${COLUMNS}; exec ${command}`, '/dev/null'],
    {
      env: {
        ...inherited,
        CLOUDFLARE_API_TOKEN: '',
        LB_PROFILE: '',
        XDG_CONFIG_HOME: '/nowhere',
        TERM: 'xterm',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  child.stdout.on('data', (bytes: Uint8Array) => terminal.write(bytes));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const screen = async () => {
    await new Promise<void>((resolve) => terminal.write('', resolve));
    const { active } = terminal.buffer;
    return Array.from({ length: ROWS }, (_row, y) =>
      (active.getLine(active.viewportY + y)?.translateToString(true) ?? '').trimEnd(),
    );
  };
  return {
    screen,
    async until(fits) {
      const deadline = Date.now() + LONGEST_MS;
      for (;;) {
        const lines = await screen();
        if (fits(lines)) return lines;
        if (Date.now() > deadline) throw new Error(`the screen stayed:\n${lines.join('\n')}`);
        await sleep(50);
      }
    },
    press: (key) => child.stdin.write(key),
    ended,
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  };
}
