import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type SessionFilter, SessionsDocument } from '../../client/generated/graphql.ts';
import { csvFileName } from '../../shared/csv-file-name.ts';
import { explainNoSessions } from '../answers.ts';
import type { Tools } from '../command.ts';
import { ExpectedError } from '../../shared/expected-error.ts';
import { counted } from '../output/quantities.ts';

/** Writes the sessions that match `filter` to a CSV file in the current folder. Throws ExpectedError. */
export async function exportSessions({ client, output, now }: Tools, filter: SessionFilter): Promise<void> {
  const file = csvFileName(now());
  const { sessions } = await client.send(SessionsDocument, { filter, first: 0 });
  if (sessions.totalCount === 0) await explainNoSessions({ client, output }, filter.agent);
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

/** Calls `write` with a temporary file. Then renames this file, or deletes it after an error. Throws ExpectedError. */
async function writeWhole(file: string, write: (target: Writable) => Promise<void>): Promise<void> {
  const partial = `${file}.part`;
  try {
    const handle = await open(partial, 'wx');
    try {
      // While the `.part` file exists, no other export can create `file`.
      if (existsSync(file))
        throw fileError(
          `The file ${file} already exists. Run the export again to get a file name with a later time`,
        );
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

/** Creates a counter for the records of a CSV file, without the header. */
function createRecordCount() {
  const quote = 0x22;
  const lineFeed = 0x0a;
  let isQuoted = false;
  let lines = 0;
  return {
    get count() {
      return Math.max(lines - 1, 0);
    },
    /** Returns the number of CSV records that end in `part`. */
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
