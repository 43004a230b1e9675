import { afterAll, describe, expect, it } from 'vitest';
import type { AttackName } from '../attacks.ts';
import { type AttackedServer, startAttackedServer } from './attacked-server.ts';
import type { Outcomes } from './attack-process.ts';
import { type Observers, startObservers } from './observers.ts';
import { brokenPromises, measureUndisturbed, reportAttack, summary } from './service.ts';

/** An attack with large answers may keep this much memory, because the allocator does not return all of it at once. */
const keptBytes = 40 * 1_024 * 1_024;

/**
 * On a machine with other work, each wait for a processor delays an answer. There, the promised times of answers and
 * pushes are multiplied by this factor. Memory, recovery and errors are checked as promised.
 */
const timeFactor = Number(process.env.ATTACK_TIME_FACTOR ?? 1);

/** With such errors, the attack would not reach what it attacks. */
const mistakes = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'];

export interface TestedAttack {
  attack: AttackName;
  /** The factors by which the attack is larger than described. Default: 4. */
  sizes?: readonly number[];
  /** How long the attack lasts. Default: 2 s. */
  attackMs?: number;
  /** Repeat the largest attack, which must not need more memory than the first time. */
  isRepeated?: boolean;
  /** What the attacker must see at least this often. */
  atLeast?: Outcomes;
  /** What the attacker must not see. */
  never?: readonly string[];
}

/** The size as described, and four times this size. */
export const bothSizes = [1, 4] as const;

/** Defines the tests of these attacks, each on a new server. */
export function testAttacks(attacks: readonly TestedAttack[]): void {
  describe.each(attacks)('$attack', (tested) => {
    const { attack, sizes = [4], attackMs, isRepeated = false, atLeast = {}, never = [] } = tested;
    let running: { server: AttackedServer; observers: Observers } | undefined;
    const peaks: number[] = [];

    const stop = async () => {
      await running?.observers[Symbol.asyncDispose]();
      await running?.server[Symbol.asyncDispose]();
      running = undefined;
    };
    const measure = async (size: number) => {
      if (running === undefined) {
        const server = await startAttackedServer();
        running = { server, observers: await startObservers(server) };
      }
      const report = await reportAttack(running.server, running.observers, attack, {
        attackMs,
        size,
        timeFactor,
      });
      console.log(`${attack} ×${size}: ${summary(report)}`);
      // A server that was damaged by the attack would also disturb the next measurement.
      if (brokenPromises(report, timeFactor).length > 0) await stop();
      return report;
    };
    const run = async (size: number) => {
      const report = await measureUndisturbed(() => measure(size), timeFactor);
      peaks.push(report.peakBytes);
      expect(brokenPromises(report, timeFactor)).toEqual([]);
      const { outcomes } = report;
      expect(Object.keys(atLeast).filter((what) => (outcomes[what] ?? 0) < (atLeast[what] ?? 0))).toEqual([]);
      expect([...mistakes, ...never].filter((what) => what in outcomes)).toEqual([]);
    };
    afterAll(stop);

    it.each(sizes)('disturbs no other client at size %i', run);

    it.runIf(isRepeated)('needs no more memory when repeated', async () => {
      await run(Math.max(...sizes));
      const [latest = 0, previous = 0] = peaks.toReversed();
      expect(latest).toBeLessThan(previous + keptBytes);
    });
  });
}
