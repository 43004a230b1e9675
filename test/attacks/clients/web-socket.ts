import { WebSocket } from 'ws';
import { subprotocol } from '../../support/socket.ts';
import { type Attacker, codeIn } from './attack.ts';
import { connectionInit } from './raw-connection.ts';

export interface AttackingSocket {
  /**
   * Starts an operation and waits for its end. Returns whether the server executed it. Counts each of its results as
   * `name`, or as the code of its error.
   */
  run(query: string, name?: string): Promise<boolean>;
  /** Stops reading. */
  pause(): void;
  readonly isOpen: boolean;
  closed: Promise<void>;
}

/** Opens an authenticated socket. Returns undefined if the server refused it. */
export async function openAttackingSocket(attacker: Attacker): Promise<AttackingSocket | undefined> {
  const socket = new WebSocket(attacker.url.replace('http', 'ws'), subprotocol, { skipUTF8Validation: true });
  const operations = new Map<
    string,
    { onResult: (text: string) => void; onEnd: (isDone: boolean) => void }
  >();
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      attacker.count(`closed ${code}`);
      for (const { onEnd } of operations.values()) onEnd(false);
      resolve();
    });
  });
  const acknowledged = new Promise<boolean>((resolve) => {
    socket.on('open', () => socket.send(connectionInit(attacker)));
    socket.on('message', (data: Buffer) => {
      // Only the beginning, because parsing a large answer would keep the attacker busy.
      const start = data.toString('utf8', 0, 4_000);
      const [, type] = /"type":"(\w+)"/.exec(start) ?? [];
      const [, id = ''] = /"id":"(\w+)"/.exec(start) ?? [];
      if (type === 'connection_ack') resolve(true);
      const operation = operations.get(id);
      if (type === 'next') operation?.onResult(start);
      else if (type === 'error') {
        attacker.count(codeIn(start) ?? 'an error without a code');
        operation?.onEnd(false);
      } else if (type === 'complete') operation?.onEnd(true);
    });
    void closed.then(() => resolve(false));
  });
  if (!(await acknowledged)) return undefined;
  let started = 0;
  return {
    run(query, name = 'an answer') {
      started += 1;
      const id = String(started);
      return new Promise((resolve) => {
        let isExecuted = true;
        operations.set(id, {
          onResult(text) {
            const code = codeIn(text);
            if (code !== undefined) isExecuted = false;
            attacker.count(code ?? name);
          },
          onEnd(isDone) {
            operations.delete(id);
            resolve(isDone && isExecuted);
          },
        });
        socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
      });
    },
    pause: () => socket.pause(),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    closed,
  };
}
