import type { ServerResponse } from 'node:http';
import { EventSource } from 'eventsource';
import { expect, it, onTestFinished } from 'vitest';
import { type Application, siteOf, startTown } from './site.ts';

// Every server counts up from `Last-Event-ID`, one event every 20 ms, so that a gap or a repetition is noticed.

const EVERY_MS = 20;
const EVENTS = 150;

const application: Application = (server, name) => {
  server.on('request', (request, response: ServerResponse) => {
    let id = Number(request.headers['last-event-id'] ?? 0);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 50\n\n');
    const timer = setInterval(() => response.write(`id: ${++id}\ndata: ${name}\n\n`), EVERY_MS);
    response.on('close', () => clearInterval(timer));
  });
};

it('EventSource misses no event and sees none twice while its server is killed twice', async () => {
  const town = await startTown(application);
  const source = new EventSource(town.plimsoll.url);
  onTestFinished(() => source.close());
  const ids: number[] = [];
  const names: string[] = [];
  await new Promise<void>((resolve) => {
    source.onmessage = ({ lastEventId, data }) => {
      ids.push(Number(lastEventId));
      names.push(data);
      if (ids.length === EVENTS / 3) void siteOf(town, data).kill();
      if (ids.length === (2 * EVENTS) / 3) void siteOf(town, data).kill();
      if (ids.length === EVENTS) resolve();
    };
  });
  expect(ids).toEqual(Array.from({ length: EVENTS }, (_, index) => index + 1));
  expect(new Set(names).size).toBe(3);
});
