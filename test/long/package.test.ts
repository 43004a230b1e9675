import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../..', import.meta.url));
const packed = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }));

let folder = '';
let files: string[] = [];

/** Installs the package of `npm pack` in an empty folder, like a user. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shark-package-'));
  // The output of the build precedes the JSON.
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: project });
  const [made] = packed.parse(JSON.parse(stdout.slice(stdout.search(/^\[/m))));
  files = made?.files.map(({ path }) => path) ?? [];
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "version": "1.0.0" }');
  await run('npm', ['install', '--no-audit', '--no-fund', `./${made?.filename}`], { cwd: folder });
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const shark = (...args: string[]) =>
  run(join(folder, 'node_modules/.bin/shark'), args, {
    cwd: folder,
    env: { PATH: process.env.PATH, USER: 'sam' },
  });

it('the package contains the build, and no sources', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/shark.js',
      'dist/analytics-thread.js',
      'prisma/migrations/20260111100100_task_sessions/migration.sql',
      'schema.graphql',
      'README.md',
      'LICENSE',
    ]),
  );
  expect(files.filter((path) => /^(src|test|bench|node_modules|data|dist-test)\//.test(path))).toEqual([]);
});

it('shark works after the installation of the package', async () => {
  expect(await shark('epic', 'create', 'Sign-in')).toMatchObject({ stdout: 'Created epic E01  Sign-in\n' });
  expect(await shark('epic', 'list')).toMatchObject({ stdout: 'E01  Sign-in\n', stderr: '' });
  expect(await shark('complete', '--', 'task', 'cl')).toMatchObject({
    stdout: expect.stringContaining('claim'),
  });
  await shark('backup', './kept.db');
  expect(await run('ls', { cwd: folder })).toMatchObject({ stdout: expect.stringContaining('kept.db') });
});

it('npx shark works in a checkout without a new build', async () => {
  const builtAt = () => statSync(join(project, 'dist/shark.js')).mtimeMs;
  const before = builtAt();
  const { stdout } = await run('npx', ['shark', 'workflow', 'list'], {
    cwd: project,
    // A separate cache, because npx links the checkout there.
    env: {
      ...process.env,
      npm_config_cache: join(folder, 'cache'),
      DATABASE_URL: `file:${folder}/data/shark.db`,
    },
  });
  expect(stdout).toContain('ready_for_development');
  expect(builtAt()).toBe(before);
});

it('two builds at the same time do not affect each other', async () => {
  const build = () => run(process.execPath, ['scripts/build.js', 'dist-test.twice.new'], { cwd: project });
  const built = join(project, 'dist-test.twice.new');
  try {
    await Promise.all([build(), build()]);
    expect(await run(process.execPath, [join(built, 'shark.js'), '--help'])).toMatchObject({
      stdout: expect.stringContaining('Usage: shark'),
    });
  } finally {
    rmSync(built, { recursive: true });
  }
});
