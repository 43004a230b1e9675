/*
 * Installs and runs the program with other versions of Node.js, in copies of this checkout outside of it: `npm ci`,
 * fifty commands, and a claim over HTTP. Start it with `npm run test:nodes`.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runWith } from './processes.ts';
import { claimOverHttp, install, runCommands } from './smoke-test.ts';

const versions = ['22.23.5', '24.22.3', '26.12.1'];
const project = fileURLToPath(new URL('../..', import.meta.url));
const notCopied =
  /^(node_modules|\.git|data|coverage|dist.*|bench\/results|bench\/peers\/(dist|node_modules))$/;

const folder = mkdtempSync(join(tmpdir(), 'shark-smoke-'));
try {
  // At the same time, because they wait for the registry and for the disk most of the time.
  const results = await Promise.allSettled(versions.map(testWith));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
} finally {
  rmSync(folder, { recursive: true });
}

async function testWith(version: string): Promise<void> {
  const beganMs = performance.now();
  const report = (text: string) => {
    const seconds = Math.round((performance.now() - beganMs) / 1_000);
    console.log(`Node.js ${version}, after ${seconds} s: ${text}`);
  };
  const own = join(folder, version);
  const [checkout, databases] = [join(own, 'checkout'), join(own, 'databases')];
  mkdirSync(databases, { recursive: true });
  const node = await downloadNode(version, own);
  report('downloaded');

  cpSync(project, checkout, { recursive: true, filter: (path) => !notCopied.test(relative(project, path)) });
  await install(node, checkout);
  report('npm ci is done, and compiled nothing');

  const failures = await runCommands({ node, checkout, folder: databases });
  for (const failure of failures) console.error(failure);
  report(`${failures.length} of 50 commands ended unexpectedly`);
  if (failures.length > 0) process.exitCode = 1;

  await claimOverHttp({ node, checkout, folder: databases });
  report('a task was claimed over HTTP, and the server stopped');
  rmSync(own, { recursive: true });
}

/** Installs Node.js from the npm registry. Returns the path of the program. */
async function downloadNode(version: string, into: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error('Run this program with npm: npm run test:nodes');
  const args = [npm, 'install', '--no-save', '--prefix', into, `${name}@${version}`];
  const { code, output } = await runWith(process.execPath, args, { folder: into });
  if (code !== 0) throw new Error(`${name}@${version} could not be installed:\n${output}`);
  return join(into, 'node_modules', name, 'bin/node');
}
