import { type Attack, repeat } from './clients/attack.ts';
import { ask } from './clients/http.ts';
import { openAttackingSocket } from './clients/web-socket.ts';
import * as documents from './documents.ts';

function queries(clients: number, query: string): Attack {
  return (attacker) => repeat(clients * attacker.size, () => ask(attacker, { query }));
}

/** On each of these sockets, this number of operations runs at the same time. */
function onSockets(sockets: number, operations: number, query: string): Attack {
  return (attacker) =>
    repeat(sockets * attacker.size, async () => {
      const socket = await openAttackingSocket(attacker);
      if (socket === undefined) return false;
      await Promise.race([
        socket.closed,
        repeat(operations, async () => socket.isOpen && (await socket.run(query))),
      ]);
      return false;
    });
}

/** Attacks with operations that keep the default limits but need much time. */
export const heavyQueries = {
  '48 lists of sessions by one client': queries(1, documents.manyAliases),
  '48 lists of sessions by five clients': queries(5, documents.manyAliases),
  'introspection under 48 aliases': queries(5, documents.manyIntrospections),
  'introspection in fragments': queries(5, documents.introspectionInFragments),
  'nested lists of sessions': queries(5, documents.nestedLists),
  'nested lists of tasks': queries(5, documents.nestedTasks),
  '48 lists of sessions in the URL': (attacker) =>
    repeat(5 * attacker.size, () => ask(attacker, { query: documents.manyAliases, asGet: true })),
  'many heavy operations on one socket': onSockets(1, 20, documents.manyAliases),
  'few heavy operations on many sockets': onSockets(20, 2, documents.manyAliases),
  'many analytics': queries(10, documents.manyAnalytics),
  'timelines of many tasks': queries(5, documents.manyTimelines),
  'a repeated claim with a large answer': (attacker) =>
    repeat(5 * attacker.size, () =>
      ask(attacker, { query: documents.repeatedClaim, token: attacker.tokens.agent }),
    ),
} satisfies Record<string, Attack>;
