import * as v from 'valibot';
import { type About, openApi } from '../openapi.ts';
import type { Route } from '../route.ts';

/**
 * `GET /api/openapi.json`: the OpenAPI document of all routes.
 * @param routes gives all routes, this one included. Called with the first request: the document is made once for each isolate
 */
export function openApiRoute(routes: () => readonly Route[], about: About): Route {
  let made: string | undefined;
  return {
    method: 'GET',
    path: '/api/openapi.json',
    scope: 'read',
    summary: 'Describes this API as an OpenAPI 3.1 document.',
    tag: 'documentation',
    result: v.looseObject({ openapi: v.string() }),
    async handle() {
      made ??= JSON.stringify(openApi(routes(), about));
      return new Response(made, {
        headers: { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' },
      });
    },
  };
}
