import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { type Application, siteOf, startTown } from './site.ts';

const run = promisify(execFile);
const HAS_GIT =
  spawnSync('git', ['http-backend'], { env: { ...process.env, PATH_INFO: '' } }).status !== null &&
  spawnSync('git', ['--version']).status === 0;
const SIZE = 3_000_000;

/** A server of git repositories that runs git's own CGI program. All servers share one folder. */
function serving(folder: string, answered: (name: string, path: string) => void): Application {
  return (server, name) => {
    server.on('request', (request, response) => {
      const { pathname, search } = new URL(request.url ?? '/', 'http://x');
      answered(name, pathname);
      backend(folder, pathname, search.slice(1), request, response);
    });
  };
}

/** Runs a CGI program (RFC 3875). It reads the request's body and writes headers, an empty line and the answer's body. */
function backend(
  folder: string,
  path: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const program = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'test',
    },
  });
  request.pipe(program.stdin);
  // The client may leave, and the program may end before reading everything.
  program.stdin.on('error', () => {});
  response.on('close', () => void program.kill());
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    program.stdout.off('data', readHead);
    const headers = head
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(/: */, 2) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
    );
    response.write(head.subarray(end + 4));
    program.stdout.pipe(response);
  };
  program.stdout.on('data', readHead);
}

it.skipIf(!HAS_GIT)(
  `git clones and pushes 3 MB, also when a server has been killed${HAS_GIT ? '' : ' (skipped: needs git)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-git-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const git = (cwd: string, ...words: string[]) =>
      run('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...words], {
        cwd,
        env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' },
      });
    await git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', 'project.git');
    await git(join(folder, 'project.git'), 'config', 'http.receivepack', 'true');

    const served: { name: string; path: string }[] = [];
    const town = await startTown(serving(folder, (name, path) => served.push({ name, path })));
    const url = `${town.plimsoll.url}/project.git`;

    await git(folder, 'clone', '--quiet', url, 'one');
    const one = join(folder, 'one');
    // Noise cannot be compressed, so the push is as large as the file.
    const first = randomBytes(SIZE);
    writeFileSync(join(one, 'first'), first);
    await git(one, 'add', '.');
    await git(one, 'commit', '--quiet', '-m', 'first');
    await git(one, 'push', '--quiet', 'origin', 'HEAD:main');

    await siteOf(town, served.at(-1)?.name).kill();
    const second = randomBytes(SIZE);
    writeFileSync(join(one, 'second'), second);
    await git(one, 'add', '.');
    await git(one, 'commit', '--quiet', '-m', 'second');
    await git(one, 'push', '--quiet', 'origin', 'HEAD:main');

    await git(folder, 'clone', '--quiet', url, 'two');
    expect(readFileSync(join(folder, 'two', 'first')).equals(first)).toBe(true);
    expect(readFileSync(join(folder, 'two', 'second')).equals(second)).toBe(true);
    expect(served.filter(({ path }) => path.endsWith('git-receive-pack'))).toHaveLength(4);
  },
);
