import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AttackOrder } from '../attacker.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** What an attacker saw, for example the code of an error, and how often. */
export type Outcomes = Readonly<Record<string, number>>;

/** Runs an attack in its own process. Calls `onStart` when the attack begins. Fails if the attack itself is faulty. */
export async function runAttackProcess(order: AttackOrder, onStart: () => void): Promise<Outcomes> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/attacks/attacker.ts', JSON.stringify(order)],
    { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  let outcomes: Outcomes | undefined;
  for await (const line of createInterface(child.stdout)) {
    if (line === 'attacking') onStart();
    else outcomes = JSON.parse(line);
  }
  await ended;
  if (outcomes === undefined) throw new Error(`The attack '${order.attack}' failed with ${child.exitCode}`);
  return outcomes;
}
