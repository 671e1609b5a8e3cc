import { setTimeout as sleep } from 'node:timers/promises';
import { create, createFileRegistry } from '@bufbuild/protobuf';
import type { GenService } from '@bufbuild/protobuf/codegenv2';
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_wrappers,
  MethodOptions_IdempotencyLevel,
  type StringValueSchema,
  type UInt32ValueSchema,
} from '@bufbuild/protobuf/wkt';
import { type Client, Code, ConnectError, type ConnectRouter, createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { describe, expect, it } from 'vitest';
import { type Application, siteOf, startTown } from './site.ts';

/** The descriptor that protoc would generate for the service below. */
type EchoService = GenService<{
  who: { methodKind: 'unary'; input: typeof StringValueSchema; output: typeof StringValueSchema };
  count: {
    methodKind: 'server_streaming';
    input: typeof UInt32ValueSchema;
    output: typeof StringValueSchema;
  };
}>;

/**
 * service Echo {
 *   rpc Who(StringValue) returns (StringValue) { option idempotency_level = NO_SIDE_EFFECTS; }
 *   rpc Count(UInt32Value) returns (stream StringValue);
 * }
 */
const file = create(FileDescriptorProtoSchema, {
  name: 'echo.proto',
  package: 'test',
  syntax: 'proto3',
  dependency: [file_google_protobuf_wrappers.proto.name],
  service: [
    {
      name: 'Echo',
      method: [
        {
          name: 'Who',
          inputType: '.google.protobuf.StringValue',
          outputType: '.google.protobuf.StringValue',
          options: { idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS },
        },
        {
          name: 'Count',
          inputType: '.google.protobuf.UInt32Value',
          outputType: '.google.protobuf.StringValue',
          serverStreaming: true,
        },
      ],
    },
  ],
});
const Echo = createFileRegistry(file, () => file_google_protobuf_wrappers).getService(
  'test.Echo',
) as unknown as EchoService;

const routes = (name: string) => (router: ConnectRouter) =>
  router.service(Echo, {
    who: () => ({ value: name }),
    async *count({ value }) {
      for (let number = 1; number <= value; number++) {
        yield { value: `${name} ${number}` };
        await sleep(5);
      }
    },
  });

const application: Application = (server, name) => {
  server.on('request', connectNodeAdapter({ routes: routes(name) }));
};

const TRANSPORTS = {
  Connect: (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: '1.1' }),
  'Connect with GET': (baseUrl: string) =>
    createConnectTransport({ baseUrl, httpVersion: '1.1', useHttpGet: true }),
  'gRPC-Web': (baseUrl: string) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
};

async function all(answers: AsyncIterable<{ value: string }>): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of answers) values.push(value);
  return values;
}

describe.each(Object.entries(TRANSPORTS))('%s', (_, transport) => {
  it('carries unary calls and streams, and reaches another server when one is killed', async () => {
    const town = await startTown(application);
    const client: Client<EchoService> = createClient(Echo, transport(town.plimsoll.url));
    const { value: name } = await client.who({});
    expect(await all(client.count({ value: 50 }))).toHaveLength(50);

    await siteOf(town, name).kill();
    for (let i = 0; i < 6; i++) expect((await client.who({})).value).not.toBe(name);
  });

  it('tells the client that a stream broke off when its server is killed', async () => {
    const town = await startTown(application);
    const client: Client<EchoService> = createClient(Echo, transport(town.plimsoll.url));
    const values: string[] = [];
    const error = await (async () => {
      for await (const { value } of client.count({ value: 500 })) {
        values.push(value);
        if (values.length === 10) await siteOf(town, value.split(' ')[0]).kill();
      }
      return undefined;
    })().catch((thrown: unknown) => ConnectError.from(thrown));
    expect(values.length).toBeLessThan(500);
    expect(error?.code).toBeOneOf([
      Code.Unavailable,
      Code.Aborted,
      Code.Internal,
      Code.Unknown,
      Code.DataLoss,
      Code.InvalidArgument,
    ]);
    expect(await all(client.count({ value: 3 }))).toHaveLength(3);
  });
});
