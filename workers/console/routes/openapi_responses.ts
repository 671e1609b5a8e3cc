import type { Route } from './route.ts';

// Answers in the OpenAPI document. Those under /client/v4 have Cloudflare's envelope, others do not.

const ENVELOPED = /^\/client\/v4\//;

/** `components.headers`. */
export const HEADERS = {
  ETag: {
    description: 'The state that was answered. Send it as `If-Match` with a change.',
    schema: { type: 'string' },
  },
};

const PAGES = {
  type: 'object',
  description: 'Of lists.',
  properties: Object.fromEntries(
    ['page', 'per_page', 'count', 'total_count', 'total_pages'].map((name) => [name, { type: 'integer' }]),
  ),
};

const NOTE = {
  type: 'object',
  required: ['code', 'message'],
  properties: { code: { type: 'integer' }, message: { type: 'string' } },
};

const MISTAKE = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    ...NOTE.properties,
    source: {
      type: 'object',
      properties: { pointer: { type: 'string', description: 'JSON pointer into the body of the request.' } },
    },
    meta: { type: 'object', description: 'Facts for programs.' },
  },
};

function envelope(success: boolean, result: object): object {
  return {
    type: 'object',
    required: ['success', 'errors', 'messages', 'result'],
    properties: {
      success: { const: success },
      errors: { type: 'array', items: MISTAKE },
      messages: { type: 'array', items: NOTE },
      result,
      ...(success ? { result_info: PAGES } : {}),
    },
  };
}

const PLAIN_ERROR = {
  type: 'object',
  required: ['error'],
  properties: { error: { type: 'string' }, errors: { type: 'array', items: MISTAKE } },
};

const json = (schema: object) => ({ content: { 'application/json': { schema } } });

/** The answer with status 200. @param result the schema of the result */
export function successResponse(path: string, result: object, has_etag: boolean): object {
  return {
    description: 'Done.',
    ...(has_etag ? { headers: { ETag: { $ref: '#/components/headers/ETag' } } } : {}),
    ...json(ENVELOPED.test(path) ? envelope(true, result) : result),
  };
}

/** The answers to requests that fail, by status. */
export function failureResponses(path: string, if_match: Route['if_match']): Record<string, object> {
  const error = json(ENVELOPED.test(path) ? envelope(false, { type: 'null' }) : PLAIN_ERROR);
  const said = (description: string) => ({ description, ...error });
  return {
    ...(if_match === undefined
      ? {}
      : { 412: said('`If-Match` names another state than the present one, or the object is still in use.') }),
    ...(if_match === 'required' ? { 428: said('`If-Match` is missing.') } : {}),
    '4XX': said('The request is refused: 401 without a valid token, 403 if its scope is too small.'),
    '5XX': said('It failed. Nothing was changed.'),
  };
}
