import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));

it('a server under mixed load for a minute is within all limits', async () => {
  // Rejects with the output if a limit is broken.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bench/soak/run.ts', '--minutes', '1'],
    { cwd: project },
  );
  expect(stdout).toContain('All limits were kept.');
  expect(stdout).toMatch(/agents: \d/);
}, 300_000);
