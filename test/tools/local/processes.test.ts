import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signalGroup } from '../../../tools/local/groups.ts';
import { type Death, Processes } from '../../../tools/local/processes.ts';
import { until } from '../../../tools/local/ready.ts';

let dir: string;
let deaths: Death[];
let processes: Processes;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plimsoll-processes-'));
  deaths = [];
  processes = new Processes(dir, (death) => deaths.push(death));
});
afterEach(async () => {
  await processes.endAll(100);
  rmSync(dir, { recursive: true, force: true });
});

/** A process with this script. */
function script(name: string, code: string) {
  return { name, args: ['--eval', code] };
}

function within5s(check: () => boolean): Promise<boolean> {
  return until(async () => check(), Date.now() + 5_000);
}

function tail(name: string): string {
  return processes.tail(name).trim();
}

const FOREVER = 'setInterval(() => {}, 1000);';

describe('Processes', () => {
  it('writes the output of a process to its log, and reports its death', async () => {
    processes.start(script('talker', 'console.log("hello"); console.error("bye"); process.exit(3)'));
    expect(await within5s(() => deaths.length === 1)).toBe(true);
    expect(deaths).toEqual([{ name: 'talker', how: 'exit code 3', count: 1 }]);
    expect(tail('talker')).toBe('hello\nbye');
  });

  it('ends a process whose workerd crashed, because wrangler answers nothing after that', async () => {
    const said = 'The Workers runtime crashed unexpectedly and is being restarted (crash #1).';
    processes.start(
      script('gateway', `setTimeout(() => console.log(${JSON.stringify(said)}), 100); ${FOREVER}`),
    );
    expect(await within5s(() => deaths.length === 1)).toBe(true);
    expect(deaths).toEqual([{ name: 'gateway', how: 'signal SIGKILL', count: 1 }]);
  });

  it.each([
    ['Node', 'require("net").createServer().listen(PORT, "127.0.0.1")', 'port taken'],
    ['wrangler', 'console.log("Address already in use (127.0.0.1:8787). Please check that …")', 'port taken'],
    ['workerd', 'console.log("failed: SQLite failed; database is locked: SQLITE_BUSY")', 'store locked'],
    ['a defect', 'throw new Error("x is not a function")', undefined],
  ])('knows by the last words of %s whether another start may go well', async (_, code, obstacle) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    processes.start(script('late', code.replace('PORT', String(port))));
    expect(await within5s(() => deaths.length === 1 || !alive(processes.pids().get('late') ?? 0))).toBe(true);
    expect(processes.obstacle('late')).toBe(obstacle);
    holder.close();
  });

  it('also ends the children of a process', async () => {
    const child = `require('child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(FOREVER)}])`;
    processes.start(script('parent', `console.log(${child}.pid); ${FOREVER}`));
    expect(await within5s(() => tail('parent') !== '')).toBe(true);
    const grandchild = Number(tail('parent'));
    expect(() => process.kill(grandchild, 0)).not.toThrow();
    await processes.endAll();
    expect(await within5s(() => !alive(grandchild))).toBe(true);
    expect(deaths).toEqual([]);
  });

  it('kills a process that ignores SIGTERM', async () => {
    processes.start(script('stubborn', `process.on('SIGTERM', () => {}); console.log('up'); ${FOREVER}`));
    expect(await within5s(() => tail('stubborn') === 'up')).toBe(true);
    const pid = processes.pids().get('stubborn') ?? 0;
    await processes.endAll(200);
    expect(await within5s(() => !signalGroup(pid, 0))).toBe(true);
  });

  it('reports no death if we ended the process', async () => {
    processes.start(script('broken', FOREVER));
    const pid = processes.pids().get('broken') ?? 0;
    processes.kill('broken');
    expect(await within5s(() => !signalGroup(pid, 0))).toBe(true);
    expect(processes.pids().has('broken')).toBe(false);
    expect(deaths).toEqual([]);
  });
});

/** Whether a process runs. A zombie does not. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !stateOf(pid).startsWith('Z');
}

function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2);
  } catch {
    return '';
  }
}
