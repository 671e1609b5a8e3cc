import type { GenericSchema } from 'valibot';
import { expect, it } from 'vitest';
import { Refusal } from '../../../../../workers/console/refusal.ts';
import { EXPLAIN_ROUTES } from '../../../../../workers/console/routes/plimsoll/explain.ts';
import { checkedBody } from '../../../../../workers/console/routes/read_call.ts';

// The gateway makes a request of the body, so what it cannot make is refused with the field.

const url = 'https://app.example.com/cart';
const schema = EXPLAIN_ROUTES[0]?.body as GenericSchema;

it.each([
  ['url', { url: 'https://ada:secret@app.example.com/' }],
  ['url', { url: 'https://' }],
  ['url', { url: 'app.example.com/cart' }],
  ['method', { url, method: 'CONNECT' }],
  ['method', { url, method: 'GET /' }],
  ['method', { url, method: 'FOO' }],
  ['headers["x-name"]', { url, headers: { 'x-name': 'a\nb' } }],
])('a wrong %s is refused by its name: %j', (field, body) => {
  expect(() => checkedBody(schema, body)).toThrow(Refusal);
  expect(() => checkedBody(schema, body)).toThrow(field);
});

it.each([
  { url, method: 'PROPFIND' },
  { url, headers: { 'x-name': 'Müller, Łódź', cookie: 'a="b"; c=%00' } },
  { url: 'https://münchen.example/%F0?q=<script>' },
])('%j can be explained', (body) => {
  expect(checkedBody(schema, body)).toEqual(body);
  expect(() => new Request(body.url, body as RequestInit)).not.toThrow();
});
