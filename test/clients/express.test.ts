import { request } from 'node:http';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { type Application, siteOf, startTown, type Town } from './site.ts';

// With `trust proxy`, express believes forwarding headers. It must then see the same client as Plimsoll.

const application: Application = (server, name) => {
  const app = express();
  app.set('trust proxy', ['loopback', '198.51.100.0/24']);
  app.get('/client', (request, response) => {
    const { ip, ips, protocol, secure, hostname, host } = request;
    response.json({ name, ip, ips, protocol, secure, hostname, host });
  });
  app.get('/login', (_, response) => void response.cookie('seen', 'yes').redirect('/client'));
  app.get('/absolute', (request, response) => {
    response.redirect(`${request.protocol}://${request.host}/client`);
  });
  server.on('request', app);
};

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a GET with a `Host` header, which fetch does not allow. */
function get({ plimsoll }: Town, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: plimsoll.port, path, headers: { host: 'shop.example.com', ...headers } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('express behind `trust proxy`', () => {
  it('sees the client that the platform saw, and not what the client claims', async () => {
    const town = await startTown(application);
    const answer = await get(town, '/client', {
      'cf-connecting-ip': '203.0.113.7',
      'x-forwarded-for': '198.51.100.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example.com',
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      ip: '203.0.113.7',
      ips: ['203.0.113.7'],
      protocol: 'http',
      secure: false,
      hostname: 'shop.example.com',
    });
  });

  it('sees the client that trusted proxies name, with a port, and the https that the first of them terminated', async () => {
    const town = await startTown(application, { balancer: { trusted_proxies: ['198.51.100.0/24'] } });
    const answer = await get(town, '/client', {
      'cf-connecting-ip': '198.51.100.1',
      'x-forwarded-for': '203.0.113.7:51234, 198.51.100.2',
      'x-forwarded-proto': 'https, http',
    });
    expect(JSON.parse(answer.body)).toMatchObject({ protocol: 'https', secure: true });
    // The chain reaches the origin as the proxies wrote it.
    expect(JSON.parse(answer.body).ip).toBe('203.0.113.7:51234');
  });

  it('redirects to the host that the client knows, and sets cookies', async () => {
    const town = await startTown(application);
    const relative = await get(town, '/login');
    expect(relative).toMatchObject({
      status: 302,
      headers: { location: '/client', 'set-cookie': ['seen=yes; Path=/'] },
    });
    const absolute = await get(town, '/absolute');
    expect(absolute.headers['location']).toBe('http://shop.example.com/client');
  });

  it('answers from another server when one is killed', async () => {
    const town = await startTown(application);
    const { name } = JSON.parse((await get(town, '/client')).body) as { name: string };
    await siteOf(town, name).kill();
    for (let i = 0; i < 6; i++) {
      const answer = await get(town, '/client');
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body).name).not.toBe(name);
    }
  });
});
