import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type SessionFilter, SessionsDocument } from '../../client/generated/graphql.ts';
import { csvFileName } from '../../shared/csv-file-name.ts';
import { expectTask } from '../answers.ts';
import type { Tools } from '../command.ts';
import { ExpectedError } from '../../shared/expected-error.ts';
import { counted } from '../output/quantities.ts';

/**
 * Writes the sessions of a filter to a file in the current folder and prints its name. The file gets its final name only
 * when it is complete. Throws ExpectedError if it cannot be written.
 */
export async function exportSessions({ client, output, now }: Tools, filter: SessionFilter): Promise<void> {
  const file = csvFileName(now());
  const { sessions } = await client.send(SessionsDocument, { filter, first: 0 });
  if (sessions.totalCount === 0 && typeof filter.taskKey === 'string')
    await expectTask(client, filter.taskKey);
  const records = createRecordCount();
  await writeWhole(file, async (target) => {
    const progress = output.startProgress('Sessions', sessions.totalCount);
    try {
      await pipeline(
        client.exportSessions(parametersOf(filter)),
        async function* counting(parts: AsyncIterable<Uint8Array>) {
          for await (const part of parts) {
            progress.advance(records.read(part));
            yield part;
          }
        },
        target,
      );
    } finally {
      progress.stop();
    }
  });
  output.answer({
    json: () => ({ file, session_count: records.count }),
    text: () => `${counted(records.count, 'session')} in ${file}`,
  });
}

/** Renames the file to its final name after `write`, or deletes it after an error. Throws ExpectedError. */
async function writeWhole(file: string, write: (target: Writable) => Promise<void>): Promise<void> {
  const partial = `${file}.part`;
  try {
    const handle = await open(partial, 'wx');
    try {
      // Safe against concurrent exports: each of them first creates the partial file exclusively.
      if (existsSync(file))
        throw fileError(`The file ${file} already exists. Export again to get a file with a later time`);
      await write(handle.createWriteStream());
      await rename(partial, file);
    } catch (error) {
      await handle.close();
      await rm(partial, { force: true });
      throw error;
    }
  } catch (error) {
    if (isOfFiles(error))
      throw fileError(`The file ${file} cannot be written: ${error.message}`, { cause: error });
    throw error;
  }
}

function fileError(message: string, options?: ErrorOptions): ExpectedError {
  return new ExpectedError({ code: 'FILE', message, ...options, parameters: {} });
}

function parametersOf(filter: SessionFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );
}

/** Counts the records of a CSV file as it arrives, without the header. */
function createRecordCount() {
  const quote = 0x22;
  const lineFeed = 0x0a;
  let isQuoted = false;
  let lines = 0;
  return {
    get count() {
      return Math.max(lines - 1, 0);
    },
    /** Returns the number of records that end in this part. */
    read(part: Uint8Array): number {
      const before = this.count;
      for (const byte of part)
        if (byte === quote) isQuoted = !isQuoted;
        else if (byte === lineFeed && !isQuoted) lines += 1;
      return this.count - before;
    },
  };
}

function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
