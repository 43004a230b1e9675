/**
 * The fan-out with custom sizes and a CPU profile of the server:
 * `npx tsx bench/explore.ts --sessions 100000 --sockets 100 --rate 100 --seconds 5 --profile fan-out.cpuprofile`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureDelays, startFanOut } from './fan-out.ts';
import { formatTable } from './report.ts';

async function main(folder: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '100000' },
      sockets: { type: 'string', default: '100' },
      rate: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '5' },
      profile: { type: 'string' },
    },
  });
  const { profile: profileFile } = values;
  const sizes = {
    sessions: Number(values.sessions),
    sockets: Number(values.sockets),
    eventsPerSecond: Number(values.rate),
    windowMs: Number(values.seconds) * 1_000,
  };
  await using scenario = await startFanOut(folder, sizes);
  const row = await measureDelays(
    scenario,
    sizes,
    { p99Ms: 1_000 },
    profileFile === undefined ? undefined : (profile) => writeFileSync(profileFile, JSON.stringify(profile)),
  );
  console.log(formatTable([row]));
}

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-explore-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
process.once('SIGINT', () => process.exit(130));
await main(folder);
