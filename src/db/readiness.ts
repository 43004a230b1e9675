import { stat } from 'node:fs/promises';
import type { Reader } from './database.ts';
import { codeOf } from './errors.ts';

/** What keeps the database from being worked with, in words that anybody may read, and what showed it. */
export interface Obstacle {
  readonly what: string;
  readonly cause?: unknown;
}

export interface ReadinessOptions {
  file: string;
  read: Reader;
  /** The migrations that the database had when it was opened. */
  applied: readonly string[];
}

/** Whether the database still is what was opened, and answers. To be made right when it is opened. */
export async function createReadiness({
  file,
  read,
  applied,
}: ReadinessOptions): Promise<() => Promise<Obstacle[]>> {
  const { dev, ino } = await stat(file);

  // A file that is moved or deleted goes on to be written to by whoever has it open, and is lost when they end.
  const findOtherFile = async (): Promise<Obstacle[]> => {
    try {
      const found = await stat(file);
      return found.dev === dev && found.ino === ino
        ? []
        : [
            {
              what: 'another file was put in the place of the database: the server goes on with the one it opened. Restart it to use the new one',
            },
          ];
    } catch (cause) {
      return codeOf(cause) === 'ENOENT'
        ? [{ what: 'the file of the database was moved or deleted. Put it back, or restart', cause }]
        : [{ what: 'the file of the database cannot be seen', cause }];
    }
  };

  const findUnapplied = async (): Promise<Obstacle[]> => {
    try {
      // Not a constant: SQLite would answer that without a look at the file.
      await read.$queryRaw`SELECT count(*) FROM sqlite_schema`;
      if (applied.length === 0) return [];
      const rows = await read.$queryRaw<{ name: string }[]>`
        SELECT migration_name AS name FROM _prisma_migrations
        WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
      const booked = new Set(rows.map(({ name }) => name));
      const missing = applied.filter((name) => !booked.has(name));
      return missing.length === 0
        ? []
        : [
            {
              what: `these migrations are not applied any more: ${missing.join(', ')}. Restart the server to apply them`,
            },
          ];
    } catch (cause) {
      return [{ what: 'the database cannot be read. The log says why', cause }];
    }
  };

  return async () => {
    const otherFile = await findOtherFile();
    // What is read then is another matter.
    return otherFile.length > 0 ? otherFile : findUnapplied();
  };
}
