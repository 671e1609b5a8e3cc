import { type ConversionConfig, type JsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { CONVERSION } from '../../../shared/authoring/json_schema.ts';
import type { FieldNotes } from '../../../shared/authoring/notes.ts';
import { failureResponses, HEADERS, successResponse } from './openapi_responses.ts';
import type { Route } from './route.ts';

/** What a document says that routes do not. */
export interface About {
  title: string;
  version: string;
  description: string;
  /** Name of the session's cookie. */
  cookie: string;
  /** Schemas by name. A route whose body or result is one of them refers to it. */
  schemas: Readonly<Record<string, GenericSchema>>;
}

const ID = '^[0-9a-f]{32}$';

/** Conversion as for the configuration, except that references are ids of the API and not names. */
const CONFIG: ConversionConfig = {
  ...CONVERSION,
  target: 'draft-2020-12',
  ignoreActions: ['check'],
  overrideAction: ({ valibotAction, jsonSchema }) => {
    if (valibotAction.type === 'metadata')
      return noted(jsonSchema, (valibotAction as unknown as { metadata: FieldNotes }).metadata);
    if (valibotAction.type !== 'regex') return undefined;
    // The converter refuses flags. JSON Schema reads patterns as with `u`, which is the only flag that our schemas have.
    return {
      ...jsonSchema,
      pattern: (valibotAction as unknown as { requirement: RegExp }).requirement.source,
    };
  },
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
};

/** The converter has added our notes as keywords. Two of them mean something to readers. */
function noted(schema: JsonSchema, notes: FieldNotes): JsonSchema {
  const entries = Object.entries(schema).filter(([keyword]) => !Object.hasOwn(notes, keyword));
  return {
    ...Object.fromEntries(entries),
    ...(notes.refers_to === undefined ? {} : { pattern: ID }),
    ...(notes.read_only ? { readOnly: true } : {}),
  };
}

/** Makes the OpenAPI 3.1 document of a table of routes. */
export function openApi(routes: readonly Route[], about: About): object {
  const schemas = new Map<GenericSchema, string>();
  for (const [name, schema] of Object.entries(about.schemas)) schemas.set(schema, name);
  for (const route of routes)
    for (const [schema, suffix] of [
      [route.body, 'Body'],
      [route.result, 'Result'],
    ] as const)
      if (schema !== undefined && !schemas.has(schema))
        schemas.set(schema, `${capital(operationId(route))}${suffix}`);
  const with_etag = new Set(routes.flatMap(({ path, if_match }) => (if_match === undefined ? [] : [path])));
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)[+*?]?/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: operation(route, refTo(schemas), with_etag.has(route.path)),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: about.title, version: about.version, description: about.description },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { cookie: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token: `plimsoll_` and 43 characters.' },
        cookie: { type: 'apiKey', in: 'cookie', name: about.cookie, description: 'A session of the page.' },
      },
      headers: HEADERS,
      schemas: toJsonSchemaDefs(
        Object.fromEntries([...schemas].map(([schema, name]) => [name, schema])),
        CONFIG,
      ),
    },
  };
}

type RefTo = (schema: GenericSchema) => object;

function refTo(schemas: ReadonlyMap<GenericSchema, string>): RefTo {
  return (schema) => ({ $ref: `#/components/schemas/${schemas.get(schema)}` });
}

function operation(route: Route, ref: RefTo, has_etag: boolean): object {
  const { scope, summary, tag, body, result, if_match, path } = route;
  const needs = scope === 'open' ? 'Needs no token.' : `Needs a token with the scope \`${scope}\`.`;
  return {
    operationId: operationId(route),
    summary,
    description: `${summary} ${needs}`,
    tags: [tag],
    ...(scope === 'open' ? { security: [] } : {}),
    parameters: parameters(route),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: ref(body) } } } }),
    responses: {
      200: successResponse(path, ref(result), has_etag),
      ...failureResponses(path, if_match),
    },
  };
}

function parameters({ path, query = {}, if_match }: Route): object[] {
  const in_path = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const in_query = Object.entries(query).map(([name, { schema, summary }]) => ({
    name,
    in: 'query',
    description: summary,
    required: schema.type !== 'optional',
    schema: toJsonSchemaDefs({ schema }, { ...CONFIG, overrideSchema: () => undefined }).schema,
  }));
  const if_match_header = {
    name: 'If-Match',
    in: 'header',
    required: if_match === 'required',
    description: 'The `ETag` of what is to be changed. If it has changed since, the answer is 412.',
    schema: { type: 'string' },
  };
  return [...in_path, ...in_query, ...(if_match === undefined ? [] : [if_match_header])];
}

/**
 * The stable name of an operation, from its method and path: `GET /client/v4/zones/:zone_id` is `getZonesByZoneId`. Clients that
 * are generated from the document call their functions by it.
 */
export function operationId({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const words = path
    .replace(/^\/client\/v4/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part.startsWith(':') ? `by_${part.slice(1)}` : part))
    .flatMap((part) => part.split(/\W|_/))
    .filter((word) => word !== '');
  return `${method.toLowerCase()}${words.map(capital).join('')}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
