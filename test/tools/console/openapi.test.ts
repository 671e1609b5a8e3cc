import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';

// The validator reads files, so it runs in Node. The console's modules have the types of the Workers runtime, so they are
// imported by computed paths.
it.each([
  ['of all routes', ['workers', 'console', 'routes', 'table.ts']],
  [
    'of routes that use everything a route can say',
    ['test', 'workers', 'console', 'routes', 'sample_routes.ts'],
  ],
])('the OpenAPI document %s is valid', async (_, path) => {
  const { openApi } = (await import(inRoot('workers', 'console', 'routes', 'openapi.ts'))) as {
    openApi(routes: unknown, about: unknown): object;
  };
  const { ABOUT, ROUTES } = (await import(inRoot(...path))) as { ABOUT: unknown; ROUTES: unknown[] };
  expect(ROUTES.length).toBeGreaterThan(5);
  const document = JSON.parse(JSON.stringify(openApi(ROUTES, ABOUT)));
  expect(await new Validator().validate(document)).toEqual({ valid: true });
});
