import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compiled } from './build.ts';
import { copyDatabase, type DataSet } from './data-sets.ts';
import type { DialectName } from './load/dialects.ts';
import type { PostgreSql } from './postgresql.ts';
import { processorMs, proportionalBytes } from './processes.ts';
import { type Server, startServer } from './server.ts';

export type SystemName = 'ours' | 'checkout' | 'plain' | 'postgraphile' | 'yogaAlone';

/** A server that can be measured. */
export interface System {
  name: SystemName;
  title: string;
  /** Null if it only knows `{ __typename }`. */
  dialect: DialectName | null;
  /** Starts it on a new copy of the data. */
  start(set: DataSet): Promise<Server>;
}

export interface SystemFiles {
  /** For the copies of the databases and for the logs. */
  folder: string;
  databases: ReadonlyMap<DataSet, string>;
}

/** The shipped server of a checkout with its default settings. */
export function product(name: 'ours' | 'checkout', title: string, root: string, files: SystemFiles): System {
  return {
    name,
    title,
    dialect: 'shark',
    start: (set) =>
      startServer({
        args: [join(root, 'dist/shark.js'), 'serve'],
        folder: files.folder,
        settings: { PORT: '0', DATABASE_URL: `file:${newCopy(name, set, files)}` },
        log: join(files.folder, `${name}.log`),
      }),
  };
}

export function plain(files: SystemFiles): System {
  return {
    name: 'plain',
    title: 'plain',
    dialect: 'plain',
    start: (set) =>
      startServer({
        args: [compiled('plain'), newCopy('plain', set, files)],
        folder: files.folder,
        log: join(files.folder, 'plain.log'),
      }),
  };
}

/** PostgreSQL keeps running, so its start is not measured. Each data set is started once and changed by claims. */
export function postgraphile(postgreSql: PostgreSql, { folder }: SystemFiles): System {
  return {
    name: 'postgraphile',
    title: 'PostGraphile',
    dialect: 'postgraphile',
    async start(set) {
      const server = await startServer({
        args: [compiled('postgraphile'), postgreSql.connectionString(set)],
        folder,
        log: join(folder, 'postgraphile.log'),
      });
      return {
        ...server,
        processorMs: () => processorMs([server.pid, ...postgreSql.pids()]),
        residentBytes: () => server.residentBytes() + proportionalBytes(postgreSql.pids()),
      };
    },
  };
}

export function yogaAlone({ folder }: SystemFiles): System {
  return {
    name: 'yogaAlone',
    title: 'Yoga alone',
    dialect: null,
    start: () => startServer({ args: [compiled('yoga-alone')], folder, log: join(folder, 'yoga-alone.log') }),
  };
}

function newCopy(name: SystemName, set: DataSet, { folder, databases }: SystemFiles): string {
  const file = join(folder, `${name}-copy-of-${set}.db`);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  copyDatabase(databases.get(set) ?? '', file);
  return file;
}

/** Waits until the disk has all that was written, so that no later measurement pays for it. */
export function settleDisk(): void {
  execFileSync('sync');
}
