import { afterAll, describe, expect, it } from 'vitest';
import type { AttackName } from '../attacks.ts';
import { type AttackedServer, startAttackedServer } from './attacked-server.ts';
import type { Outcomes } from './attack-process.ts';
import { type Observers, startObservers } from './observers.ts';
import { brokenPromises, reportAttack, summary } from './service.ts';

/** An attack with large answers may keep this much memory, because the allocator does not return all of it at once. */
const keptBytes = 40 * 1_024 * 1_024;

export interface TestedAttack {
  attack: AttackName;
  /** Repeat the larger attack, which must not need more memory than the first time. */
  repeated?: boolean;
  /** What the attacker must see at least this often. */
  atLeast?: Outcomes;
  /** What the attacker must not see. */
  never?: readonly string[];
}

/** Defines the tests of these attacks: each at its size and at four times its size, on a new server. */
export function testAttacks(attacks: readonly TestedAttack[]): void {
  describe.each(attacks)('$attack', ({ attack, repeated = false, atLeast = {}, never = [] }) => {
    let running: { server: AttackedServer; observers: Observers } | undefined;

    const stop = async () => {
      await running?.observers[Symbol.asyncDispose]();
      await running?.server[Symbol.asyncDispose]();
      running = undefined;
    };
    /** Starts the server. If the previous test damaged it, a new server starts. */
    const started = async () => {
      if (running?.server.isAlive === true && running.observers.errors.size === 0) return running;
      await stop();
      const server = await startAttackedServer();
      running = { server, observers: await startObservers(server) };
      return running;
    };
    const run = async (size: number, title: string) => {
      const { server, observers } = await started();
      const report = await reportAttack(server, observers, { attack, size });
      console.log(`${attack}, ${title}: ${summary(report)}`);
      const broken = brokenPromises(report);
      // A server that is slow after the attack would also fail the next test.
      if (broken.length > 0) await stop();
      expect(broken).toEqual([]);
      expect(Object.keys(report.outcomes)).not.toEqual([]);
      const missing = Object.entries(atLeast).filter(
        ([outcome, count]) => (report.outcomes[outcome] ?? 0) < count,
      );
      expect(missing).toEqual([]);
      for (const outcome of never) expect(report.outcomes).not.toHaveProperty(outcome);
      return report;
    };
    afterAll(stop);

    it('disturbs no other client', async () => {
      await run(1, 'as described');
    });

    it('disturbs no other client at four times the size', async () => {
      const first = await run(4, 'four times');
      if (!repeated) return;
      const second = await run(4, 'four times, again');
      expect(second.peakBytes).toBeLessThan(first.peakBytes + keptBytes);
    });
  });
}
