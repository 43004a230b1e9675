import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../src/shared/log.ts';
import { eventually } from '../support/received.ts';

/** A pipe whose reader reads only when the test reads. Both ends have the same file descriptor. */
function openPipe() {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  const path = join(folder, 'log');
  execFileSync('mkfifo', [path]);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
  const buffer = Buffer.alloc(1_024 * 1_024);
  return {
    descriptor,
    /** Returns the text that waits in the pipe. */
    read() {
      try {
        return buffer.toString('utf8', 0, readSync(descriptor, buffer));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return '';
        throw error;
      }
    },
  };
}

it('loses lines if nothing reads the log, and then says how many', async () => {
  const { descriptor, read } = openPipe();
  const log = createLog('info', descriptor);
  const lines = 300;
  for (let line = 0; line < lines; line += 1) log.info({ filler: 'x'.repeat(10_000) }, 'a long line');

  let logged = '';
  await eventually('the log says that lines were lost', () => {
    logged += read();
    return logged.includes('lost') && logged.endsWith('\n');
  });
  const parsed = logged
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const kept = parsed.length - 1;
  // One megabyte waits in memory.
  expect(kept).toBeGreaterThan(90);
  expect(kept).toBeLessThan(120);
  expect(parsed.at(-1)).toMatchObject({
    level: 40,
    lostLines: lines - kept,
    msg: 'log lines were lost, because the reader of the log was too slow',
  });
});
