import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';

// The validator reads files, so it runs in Node. The console's modules have the types of the Workers runtime, so they are
// imported by computed paths.
it('the OpenAPI document is valid', async () => {
  const folder = inRoot('workers', 'console', 'routes');
  const { openApi } = (await import(`${folder}/openapi.ts`)) as {
    openApi(routes: unknown, about: unknown): object;
  };
  const sample = inRoot('test', 'workers', 'console', 'routes', 'sample_routes.ts');
  const { ABOUT, ROUTES } = (await import(sample)) as { ABOUT: unknown; ROUTES: unknown };
  const document = JSON.parse(JSON.stringify(openApi(ROUTES, ABOUT)));
  expect(await new Validator().validate(document)).toEqual({ valid: true });
});
