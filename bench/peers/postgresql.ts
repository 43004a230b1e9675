import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../inspector.ts';
import type { DataSet } from './data-sets.ts';
import { family } from './processes.ts';
import { copyRows } from './rows-for-postgresql.ts';

const installations = '/usr/lib/postgresql';
const schemaFile = fileURLToPath(new URL('servers/postgraphile.sql', import.meta.url));

export interface PostgreSql extends AsyncDisposable {
  /** Creates a database with the rows of an SQLite file. */
  load(set: DataSet, sqliteFile: string): void;
  connectionString(set: DataSet): string;
  /** The ids of all its processes. */
  pids(): number[];
}

/** The folder with the programs of the newest PostgreSQL on this machine; null if there is none. */
export function findPostgreSql(): string | null {
  if (!existsSync(installations)) return null;
  const versions = readdirSync(installations).toSorted((one, other) => Number(other) - Number(one));
  const folders = versions.map((version) => join(installations, version, 'bin'));
  return (
    folders.find((folder) =>
      ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(folder, name))),
    ) ?? null
  );
}

/** Starts PostgreSQL with its default settings on a temporary folder. It stops, and the folder goes, on disposal. */
export async function startPostgreSql(programs: string): Promise<PostgreSql> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-postgresql-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const initialize = asPostgres([
    join(programs, 'initdb'),
    ...['--pgdata', data, '--auth', 'trust', '--username', 'postgres', '--encoding', 'UTF8', '--locale', 'C'],
  ]);
  execFileSync(initialize.file, initialize.args, { cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const serve = asPostgres([
    join(programs, 'postgres'),
    ...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
  ]);
  const child = spawn(serve.file, serve.args, { cwd: folder, stdio: 'ignore' });
  const quitWithParent = () => {
    // Its children end as well.
    child.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', quitWithParent);
  const { pid } = child;
  if (pid === undefined) throw new Error('PostgreSQL has no process');

  const query = (database: string, args: readonly string[], input?: string) =>
    execFileSync(
      join(programs, 'psql'),
      [
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        'postgres',
        '-d',
        database,
        '-qXv',
        'ON_ERROR_STOP=1',
        ...args,
      ],
      { env: { ...process.env, PGTZ: 'UTC' }, stdio: 'pipe', input },
    );
  await untilReady(() => query('postgres', ['-c', 'SELECT 1']));
  return {
    load(set, sqliteFile) {
      query('postgres', ['-c', `CREATE DATABASE ${set}`]);
      query(set, ['-f', schemaFile]);
      for (const { table, columns, csv } of copyRows(sqliteFile)) {
        query(set, ['-c', `\\copy app.${table} (${columns}) FROM STDIN CSV`], csv);
        query(set, ['-c', `SELECT setval('app.${table}_id_seq', (SELECT MAX(id) FROM app.${table}))`]);
      }
      // So that no automatic vacuum starts in the middle of a measurement.
      query(set, ['-c', 'VACUUM ANALYZE', '-c', 'CHECKPOINT']);
    },
    connectionString: (set) => `postgres://postgres@127.0.0.1:${port}/${set}`,
    pids: () => family(pid),
    async [Symbol.asyncDispose]() {
      const closed = once(child, 'close');
      child.kill('SIGINT');
      await closed;
      process.off('exit', quitWithParent);
      rmSync(folder, { recursive: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then its own user runs it. */
function asPostgres([program = '', ...args]: readonly string[]): { file: string; args: string[] } {
  if (process.getuid?.() !== 0) return { file: program, args };
  const user = ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--reset-env'];
  return { file: 'setpriv', args: [...user, program, ...args] };
}

async function untilReady(attempt: () => unknown): Promise<void> {
  for (let left = 100; ; left -= 1) {
    try {
      attempt();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await delay(100);
    }
  }
}
