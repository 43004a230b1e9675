import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));

it('the quick comparison reaches its figures beside plain and Yoga alone', async () => {
  // Rejects with the output if the exit code is not 0, for example when a ratio is too low.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bench/run.ts', '--peers', '--quick'],
    { cwd: project },
  );

  const result: unknown = JSON.parse(readFileSync(`${project}/bench/results/peers.json`, 'utf8'));
  const beside = (title: string, peer: string) => ({
    title,
    figures: { ours: expect.any(Number), [peer]: expect.any(Number) },
    ratios: { [peer]: expect.any(Number) },
    bounds: [{ promise: expect.any(String), isKept: true }],
  });
  expect(result).toMatchObject({
    quick: true,
    machine: { cores: expect.any(Number), node: process.version },
    rows: [
      beside('claim + finish by key, 8 clients', 'plain'),
      beside('claim + finish by key, 32 clients', 'plain'),
      beside('20 tasks, each with 5 sessions and the active one, 8 clients', 'plain'),
      beside('`{ __typename }`, 8 clients', 'yogaAlone'),
    ],
  });
  expect(stdout).toContain('| claim + finish by key, 8 clients, pairs/s |');
}, 600_000);
