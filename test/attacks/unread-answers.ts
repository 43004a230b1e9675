import { type Attack, type Attacker, repeat } from './clients/attack.ts';
import { ask } from './clients/http.ts';
import { getRequest, httpRequest, openUnread } from './clients/raw-connection.ts';
import { openAttackingSocket } from './clients/web-socket.ts';
import * as documents from './documents.ts';

/** Sends this text over a new connection and never reads. Ends when the server closes the connection. */
async function sendUnread(attacker: Attacker, text: string): Promise<false> {
  const { connection, closed } = openUnread(attacker);
  connection.write(text);
  attacker.count('sent');
  await closed;
  attacker.count('connection closed');
  return false;
}

function unread(connections: number, query: string): Attack {
  return (attacker) =>
    repeat(connections * attacker.size, () => sendUnread(attacker, httpRequest(attacker, query)));
}

/** Attacks with answers that are large, and that the client does not read. */
export const unreadAnswers = {
  'unread answers with 14 lists of long notes': unread(10, documents.fourteenLongLists),
  'answers with 20 lists of long notes': (attacker) =>
    repeat(attacker.size, () => ask(attacker, { query: documents.twentyLongLists })),
  'large answers on a socket with other subscriptions': (attacker) =>
    repeat(attacker.size, async () => {
      const socket = await openAttackingSocket(attacker);
      if (socket === undefined) return false;
      void socket.run('subscription{sessionTurnedStale(staleAfter:"1h"){staleAt}}', 'an event');
      while (socket.isOpen) await socket.run(documents.twentyLongLists);
      return false;
    }),
  'unread answers on sockets': (attacker) =>
    repeat(10 * attacker.size, async () => {
      const socket = await openAttackingSocket(attacker);
      if (socket === undefined) return false;
      socket.pause();
      for (let operation = 0; operation < 10; operation += 1) {
        void socket.run(documents.fourteenLongLists);
        attacker.count('sent');
      }
      await socket.closed;
      return false;
    }),
  'unread answers of pipelined requests': (attacker) =>
    repeat(2 * attacker.size, () =>
      sendUnread(attacker, httpRequest(attacker, documents.fourteenLongLists).repeat(50)),
    ),
  'unread answers with notes of tasks': unread(10, documents.longTaskNotes),
  'unread answers with the history of tasks': unread(10, documents.longHistory),
  'unread answers with edges': unread(10, documents.longEdges),
  'unread answers with statistics': unread(10, documents.longStatistics),
  'exports that are read slowly': (attacker) =>
    repeat(50 * attacker.size, () => sendUnread(attacker, getRequest(attacker, '/export/sessions.csv'))),
} satisfies Record<string, Attack>;
