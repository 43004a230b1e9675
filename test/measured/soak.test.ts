import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));

it('a server under mixed load for a minute is within all limits', async () => {
  const report = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'bench/soak/run.ts', '--minutes', '1'],
      { cwd: project },
      (_error, stdout, stderr) => resolve(`${stdout}${stderr}`),
    );
  });
  expect(report).toContain('All limits were kept.');
  expect(report).toMatch(/agents: \d/);
}, 300_000);
