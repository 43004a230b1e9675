import { afterAll, describe, expect, it } from 'vitest';
import type { AttackName } from '../attacks.ts';
import { type AttackedServer, startAttackedServer } from './attacked-server.ts';
import type { Outcomes } from './attack-process.ts';
import { type Observers, startObservers } from './observers.ts';
import { type AttackReport, brokenPromises, reportAttack, summary, wasDisturbed } from './service.ts';

/** An attack with large answers may keep this much memory, because the allocator does not return all of it at once. */
const keptBytes = 40 * 1_024 * 1_024;

/** How often an attack is measured on a machine that is too busy. */
const mostMeasurements = 3;

export interface TestedAttack {
  attack: AttackName;
  /** How long the attack lasts. Default: 2.5 s. */
  attackMs?: number;
  /** Repeat the larger attack, which must not need more memory than the first time. */
  repeated?: boolean;
  /** What the attacker must see at least this often. */
  atLeast?: Outcomes;
  /** What the attacker must not see. */
  never?: readonly string[];
}

/** Defines the tests of these attacks: each at its size and at four times its size, on a new server. */
export function testAttacks(attacks: readonly TestedAttack[]): void {
  describe.each(attacks)('$attack', ({ attack, attackMs, repeated = false, atLeast = {}, never = [] }) => {
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
      const report = await measured(async () => {
        const { server, observers } = await started();
        const measurement = await reportAttack(server, observers, attack, { attackMs, size });
        console.log(`${attack}, ${title}: ${summary(measurement)}`);
        // A server that is slow after the attack would also disturb the next measurement.
        if (brokenPromises(measurement).length > 0) await stop();
        return measurement;
      });
      expect(brokenPromises(report)).toEqual([]);
      const { outcomes } = report;
      expect(Object.keys(outcomes)).not.toEqual([]);
      expect(Object.entries(atLeast).filter(([outcome, count]) => (outcomes[outcome] ?? 0) < count)).toEqual(
        [],
      );
      expect(never.filter((outcome) => outcome in outcomes)).toEqual([]);
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

/** Measures again if the machine was too busy for the measurement. */
async function measured(measure: () => Promise<AttackReport>): Promise<AttackReport> {
  let report = await measure();
  for (let count = 1; count < mostMeasurements && wasDisturbed(report); count += 1) report = await measure();
  return report;
}
