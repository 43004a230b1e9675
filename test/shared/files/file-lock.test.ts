import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { withFileLock } from '../../../src/shared/files/file-lock.ts';

function temporaryFile(): { folder: string; file: string; lock: string } {
  const folder = mkdtempSync(join(tmpdir(), 'shark-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tokens.json');
  return { folder, file, lock: `${file}.lock` };
}

/** The owner of a lock that no longer runs. */
function killedOwner(): string {
  return `${hostname()}:${spawnSync(process.execPath, ['--version']).pid}`;
}

it('runs one piece of work at a time, and leaves nothing behind', async () => {
  const { folder, file, lock } = temporaryFile();
  let running = 0;
  const done = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      withFileLock(file, async () => {
        running += 1;
        expect(running).toBe(1);
        expect(readlinkSync(lock)).toBe(`${hostname()}:${process.pid}`);
        await Promise.resolve();
        running -= 1;
        return index;
      }),
    ),
  );
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect(readdirSync(folder)).toEqual([]);
});

it('replaces the lock of a killed process', async () => {
  const { folder, file, lock } = temporaryFile();
  symlinkSync(killedOwner(), lock);
  expect(await withFileLock(file, async () => 'done')).toBe('done');
  expect(readdirSync(folder)).toEqual([]);
});

it('does not remove an abandoned lock while another process removes it', async () => {
  const { folder, file, lock } = temporaryFile();
  symlinkSync(killedOwner(), lock);
  symlinkSync(`${hostname()}:${process.pid}`, `${lock}.removal`);
  const work = withFileLock(file, async () => readdirSync(folder));
  expect(readdirSync(folder)).toEqual(['tokens.json.lock', 'tokens.json.lock.removal']);
  // The other process has removed the lock.
  rmSync(lock);
  expect(await work).toContain('tokens.json.lock.removal');
});
