/**
 * The program of an attacking client. It prints `attacking`, attacks for the given time, and prints what it saw as
 * JSON. It has a low priority, so that on a machine with few cores it does not slow down the clients that measure.
 */
import { setPriority } from 'node:os';
import type { AttackerTokens } from './harness/attacked-server.ts';
import { type AttackName, attacks } from './attacks.ts';

export interface AttackOrder {
  attack: AttackName;
  /** The factor by which the attack is larger than described. */
  size: number;
  /** The URL of the GraphQL endpoint. */
  url: string;
  tokens: AttackerTokens;
  attackMs: number;
}

setPriority(10);
const order: AttackOrder = JSON.parse(process.argv[2] ?? '');
const outcomes: Record<string, number> = {};

console.log('attacking');
setTimeout(() => {
  process.stdout.write(`${JSON.stringify(outcomes)}\n`, () => process.exit());
}, order.attackMs);
await attacks[order.attack]({
  ...order,
  count(outcome) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  },
});
