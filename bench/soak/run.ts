/**
 * Runs a server under mixed load, ten minutes by default, and checks for leaks, errors and wrong results:
 *
 *     npm run soak -- [--minutes MINUTES]
 *
 * Needs a system with /proc.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';
import { verdict } from './verdict.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes is '${values.minutes}': use a number greater than 0`);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-soak-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
process.once('SIGINT', () => process.exit(130));

const megabytes = (bytes: number) => `${(bytes / 1_024 / 1_024).toFixed(1)} MB`;
const soaked = await soak(folder, {
  minutes,
  onSample({ atMs, heldBytes, residentBytes, eventLoopP99Ms }) {
    console.log(
      `${(atMs / 1_000).toFixed(0).padStart(4)} s  held ${megabytes(heldBytes)}  resident ${megabytes(residentBytes)}  event loop p99 ${eventLoopP99Ms.toFixed(1)} ms`,
    );
  },
});

console.log('\nDone:');
for (const [name, count] of Object.entries(soaked.done))
  console.log(`  ${name}: ${count.toLocaleString('en')}`);
console.log('\nResults:');
const results = verdict(soaked);
for (const { what, measured, promise, isBroken } of results)
  console.log(`  ${isBroken ? 'BROKEN' : 'kept  '}  ${what}: ${measured} (${promise})`);
const broken = results.filter(({ isBroken }) => isBroken);
console.log(broken.length === 0 ? '\nAll limits were kept.' : `\n${broken.length} limits were broken.`);
if (broken.length > 0) process.exitCode = 1;
