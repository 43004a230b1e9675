import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));

it('a server at which everybody has been for a minute is as well as it was', async () => {
  // Rejects, with what was printed, when a promise is broken.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bench/soak/run.ts', '--minutes', '1'],
    { cwd: project },
  );
  expect(stdout).toContain('The server is as well as it was.');
  expect(stdout).toMatch(/agents: \d/);
}, 300_000);
