import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { sharkFile } from '../../support/program.ts';

const build = dirname(sharkFile);
const cacheName = `program.${process.version}-${process.arch}.cache`;

it('the build has compiled code that this Node.js accepts', () => {
  const script = new Script(readFileSync(join(build, 'program.js'), 'latin1'), {
    cachedData: readFileSync(join(build, cacheName)),
  });
  expect(script.cachedDataRejected).toBe(false);
});

it('a command works without the compiled code, as with another version of Node.js', () => {
  const project = dirname(build);
  const installation = mkdtempSync(join(tmpdir(), 'shark-installation-'));
  try {
    cpSync(join(project, 'package.json'), join(installation, 'package.json'));
    for (const name of ['node_modules', 'prisma']) symlinkSync(join(project, name), join(installation, name));
    cpSync(build, join(installation, 'dist'), { recursive: true });
    rmSync(join(installation, 'dist', cacheName));
    const shark = join(installation, 'dist/shark.js');
    const env = { DATABASE_URL: `file:${installation}/shark.db` };
    expect(
      execFileSync(process.execPath, [shark, 'epic', 'create', 'Sign-in'], { encoding: 'utf8', env }),
    ).toBe('Created epic E01  Sign-in\n');
  } finally {
    rmSync(installation, { recursive: true });
  }
});
