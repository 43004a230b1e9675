import { upgradeRequest } from '../support/socket-frames.ts';
import { type Attack, repeat } from './clients/attack.ts';
import * as raw from './clients/raw-connection.ts';

const largePing = raw.frame(JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(60_000) } }));
/** The largest allowed ping of the WebSocket protocol itself, many in one piece. */
const controlPings = Buffer.concat(
  Array.from({ length: 100 }, () => raw.frame('x'.repeat(125), raw.pingFrame)),
);

/** Opens sockets that never read, and sends these pings as fast as the server takes them. */
function pings(sockets: number, bytes: Buffer, { isAuthenticated = false } = {}): Attack {
  return (attacker) =>
    repeat(sockets * attacker.size, async () => {
      const { connection, closed } = raw.openUnread(attacker);
      connection.write(upgradeRequest(attacker.url));
      if (isAuthenticated) connection.write(raw.frame(raw.connectionInit(attacker)));
      attacker.count('socket opened');
      raw.flood(connection, bytes);
      await closed;
      attacker.count('socket closed');
      return false;
    });
}

/** Attacks with pings whose answers are not read. */
export const pingFloods = {
  'large pings without connection_init': pings(40, largePing),
  'large pings after connection_init': pings(1, largePing, { isAuthenticated: true }),
  'pings of the WebSocket protocol': pings(40, controlPings),
} satisfies Record<string, Attack>;
