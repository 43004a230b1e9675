import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { MessageType } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { schema } from '../../src/graphql/schema.ts';

/** What a hostile server puts into its responses. */
export interface Hostility {
  /** Every text in a response, including the values of enums and scalars. */
  text: string;
  /** Instead of numbers. */
  number: number | string;
  /** The status and the body of all responses. Default: status 200 and a GraphQL response. */
  response?: { status: number; body: string };
  /** Whether mutations return their errors, and whether responses contain `errors`. Default: data. */
  answers?: 'data' | 'expected errors' | 'errors';
  /** The type of the expected errors. */
  errorType?: string;
}

/** Starts a server that answers the fields of all documents with harmful text. */
export async function startHostileServer(hostility: Hostility): Promise<AsyncDisposable & { url: string }> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body } = hostility.response ?? { status: 200 };
    response.statusCode = status;
    if (body !== undefined) response.end(body);
    else if (request.method === 'GET') response.end(`task_key,notes\r\n"${hostility.text}",1\r\n`);
    else response.end(JSON.stringify(answerTo(JSON.parse(await textOf(request)), hostility)));
  };
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  sockets.on('connection', (socket) => {
    socket.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string') return;
      const message = JSON.parse(data);
      const send = (type: MessageType, payload?: unknown) =>
        socket.send(JSON.stringify({ id: message.id, type, payload }));
      if (message.type === MessageType.ConnectionInit) send(MessageType.ConnectionAck);
      if (message.type !== MessageType.Subscribe) return;
      const result = answerTo(message.payload, hostility);
      if (hostility.response !== undefined) socket.close(4400, hostility.text.slice(0, 30));
      else if (hostility.answers === 'errors') send(MessageType.Error, result.errors);
      else send(MessageType.Next, result);
      send(MessageType.Complete);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

interface HostileAnswer {
  data?: unknown;
  errors?: readonly unknown[];
  extensions?: unknown;
}

function answerTo({ query }: { query: string }, hostility: Hostility): HostileAnswer {
  const { text, answers = 'data' } = hostility;
  if (answers === 'errors')
    return {
      errors: [
        {
          message: text,
          path: [text],
          extensions: { code: text, help: text, [text]: [text, { [text]: text }] },
        },
        { message: text, extensions: { wording: [text, { term: 'finishTask' }] } },
      ],
    };
  const { definitions } = parse(query);
  const fragments = new Map(
    definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const root = operation === undefined ? undefined : schema.getRootType(operation.operation);
  if (operation === undefined || root === null || root === undefined)
    throw new Error('No operation was sent');
  return {
    data: objectOf(root, operation.selectionSet, fragments, hostility),
    extensions: { wording: [{ path: [text], parts: [text] }], [text]: text },
  };
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function objectOf(
  type: GraphQLOutputType,
  selectionSet: SelectionSetNode,
  fragments: Fragments,
  hostility: Hostility,
): Record<string, unknown> {
  const named = getNamedType(type);
  if (!isCompositeType(named)) throw new Error(`${named.name} has no fields`);
  const members = isAbstractType(named) ? schema.getPossibleTypes(named) : [named];
  const isPayload = ({ name }: { name: string }) => name.endsWith('Payload');
  const ofErrors = members.find(({ name }) => name === hostility.errorType);
  const member =
    (hostility.answers === 'expected errors' ? ofErrors : undefined) ?? members.find(isPayload) ?? members[0];
  if (member === undefined) throw new Error(`${named.name} has no members`);
  const result: Record<string, unknown> = {};
  const add = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = fragment?.typeCondition?.name.value ?? member.name;
        const conditionType = schema.getType(condition);
        const applies =
          condition === member.name ||
          (isAbstractType(conditionType) && schema.isSubType(conditionType, member));
        if (fragment !== undefined && applies) add(fragment.selectionSet);
        continue;
      }
      const name = selection.name.value;
      const key = selection.alias?.value ?? name;
      if (name === '__typename') result[key] = isPayload(member) || ofErrors ? member.name : hostility.text;
      else {
        const field = member.getFields()[name];
        if (field === undefined) throw new Error(`${member.name} has no field ${name}`);
        result[key] = valueOf(field.type, selection.selectionSet, fragments, hostility);
      }
    }
  };
  add(selectionSet);
  return result;
}

function valueOf(
  type: GraphQLOutputType,
  selectionSet: SelectionSetNode | undefined,
  fragments: Fragments,
  hostility: Hostility,
): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable))
    return [1, 2].map(() => valueOf(nullable.ofType, selectionSet, fragments, hostility));
  if (selectionSet !== undefined) return objectOf(type, selectionSet, fragments, hostility);
  switch (getNamedType(type).name) {
    case 'Int':
    case 'Float':
      return hostility.number;
    case 'Boolean':
      return false;
    default:
      return hostility.text;
  }
}
