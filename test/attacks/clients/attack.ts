import { setTimeout as delay } from 'node:timers/promises';
import type { AttackOrder } from '../attacker.ts';

export interface Attacker extends Pick<AttackOrder, 'url' | 'tokens' | 'size'> {
  /** Counts something that the server did, for example an answer by the code of its error. */
  count(outcome: string): void;
}

/** Attacks until the process exits. */
export type Attack = (attacker: Attacker) => Promise<unknown>;

/** A client that was refused tries again after this time. Without a pause, this would test a flood of refusals. */
const pauseMs = 50;

/**
 * Starts this number of clients. Each repeats its work for ever, and pauses if the work returns false: the server
 * refused it or closed the connection.
 */
export async function repeat(clients: number, work: (client: number) => Promise<boolean>): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (;;) if (!(await work(client))) await delay(pauseMs);
    }),
  );
}

/** Finds the code of an error at the beginning of an answer. */
export function codeIn(answer: string): string | undefined {
  return /"code":"(\w+)"/.exec(answer.slice(0, 4_000))?.[1];
}
