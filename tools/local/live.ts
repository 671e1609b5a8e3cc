import { createLogUpdate } from 'log-update';
import { type Figures, recentTraffic, type Said, saidByConsole, WINDOW_S } from './figures.ts';
import { type OriginRow, renderView } from './view.ts';

/** Content and actions of the live view. */
export interface LiveOptions {
  gateway_port: number;
  console_port: number;
  sql_port: number;
  /** Of the console. */
  token: string;
  /** Ids in the order of the configuration, with the key that stops and restarts the origin; empty if there is none. */
  origins: ReadonlyArray<{ id: string; key: string }>;
  /** Keys of the origins that are stopped now. */
  broken(): ReadonlySet<string>;
  /** Stops or restarts the origin of a key. */
  toggle(key: string): void;
  quit(): void;
}

/** A live view on the terminal. */
export interface Live {
  /** Prints lines above the view. */
  say(text: string): void;
  /** Ends the view and restores the terminal. */
  close(): void;
}

const EVERY_MS = 1_000;

/** Opens the live view, which redraws itself and reads keys until it is closed. */
export function openLive(options: LiveOptions): Live {
  const log = createLogUpdate(process.stdout);
  const keys = new Set(options.origins.map(({ key }) => key).filter((key) => key !== ''));
  let figures: Map<string, Figures> | undefined;
  let said = new Map<string, Said>();
  let closed = false;

  function draw(): void {
    if (closed) return;
    const broken = options.broken();
    const rows = options.origins.map(({ id, key }): OriginRow => {
      const { requests = 0, p95_ms } = figures?.get(id) ?? {};
      return { id, key, broken: broken.has(key), requests, p95_ms, ...(said.get(id) ?? { state: '?' }) };
    });
    const url = `http://localhost:${options.gateway_port}`;
    log(renderView({ url, window_s: WINDOW_S, rows, figures: figures !== undefined }));
  }

  async function refresh(): Promise<void> {
    // Either may be away, for a moment or for good. The view shows the rest then.
    [figures, said] = await Promise.all([
      recentTraffic(options.sql_port).catch(() => undefined),
      saidByConsole(options.console_port, options.token).catch(() => new Map<string, Said>()),
    ]);
    draw();
    if (!closed) timer = setTimeout(refresh, EVERY_MS);
  }

  function onKey(data: Buffer): void {
    const key = data.toString();
    // In raw mode, Ctrl-C is a character.
    if (key === 'q' || key === '\u0003') options.quit();
    else if (keys.has(key)) {
      options.toggle(key);
      draw();
    }
  }

  process.stdin.setRawMode(true).resume().on('data', onKey);
  let timer = setTimeout(refresh, 0);
  draw();
  return {
    say: (text) => {
      log.persist(text);
      draw();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      process.stdin.off('data', onKey).setRawMode(false).pause();
      log.done();
    },
  };
}
