/**
 * The fan-out with custom sizes and a CPU profile of the server:
 * `npx tsx bench/explore.ts --sessions 100000 --sockets 100 --due 2000 --seconds 5 --profile fan-out.cpuprofile`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchFanOut } from './fan-out.ts';
import { formatTable } from './report.ts';

async function main(folder: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '100000' },
      sockets: { type: 'string', default: '100' },
      due: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '5' },
      profile: { type: 'string' },
    },
  });
  const { profile: profileFile } = values;
  const row = await benchFanOut(
    folder,
    {
      sessions: Number(values.sessions),
      sockets: Number(values.sockets),
      due: Number(values.due),
      windowMs: Number(values.seconds) * 1_000,
    },
    profileFile === undefined
      ? {}
      : { onProfile: (profile) => writeFileSync(profileFile, JSON.stringify(profile)) },
  );
  console.log(formatTable([row]));
}

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-explore-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
process.once('SIGINT', () => process.exit(130));
await main(folder);
