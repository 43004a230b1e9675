import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type SessionFilter, SessionsDocument } from '../client/generated/graphql.ts';
import { csvFileName } from '../csv-file-name.ts';
import { startProgressBar } from '../progress-bar.ts';
import { expectTask } from './answers.ts';
import type { Tools } from './command.ts';
import { UsageError } from './failure.ts';
import { counted } from './text/quantities.ts';

/**
 * Writes the sessions of a filter into a file in the current folder and answers with its name. The file has its name
 * when it is whole, and not before. Throws UsageError where it cannot be written.
 */
export async function exportSessions({ client, output, now }: Tools, filter: SessionFilter): Promise<void> {
  const file = csvFileName(now());
  const { sessions } = await client.send(SessionsDocument, { filter, first: 0 });
  if (sessions.totalCount === 0 && typeof filter.taskKey === 'string')
    await expectTask(client, filter.taskKey);
  // Where nobody watches, standard error is for what went wrong.
  const progress = process.stderr.isTTY
    ? startProgressBar({ label: 'Sessions', total: sessions.totalCount })
    : undefined;
  const records = createRecordCount();
  try {
    await writeWhole(file, counting(client.exportSessions(parametersOf(filter))));
  } catch (error) {
    if (isOfFiles(error)) throw new UsageError(`The file ${file} cannot be written: ${error.message}`);
    throw error;
  } finally {
    progress?.stop();
  }
  output.answer({
    json: () => ({ file, session_count: records.count }),
    text: () => `${counted(records.count, 'session')} in ${file}`,
  });

  async function* counting(parts: AsyncIterable<Uint8Array>) {
    for await (const part of parts) {
      const read = records.read(part);
      progress?.advance(read);
      yield part;
    }
  }
}

async function writeWhole(file: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const partial = `${file}.part`;
  const handle = await open(partial, 'wx');
  try {
    await pipeline(parts, handle.createWriteStream());
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function parametersOf(filter: SessionFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );
}

/** Counts the records of a CSV file as it comes in, but for the one with the names of the columns. */
function createRecordCount() {
  const quote = 0x22;
  const lineFeed = 0x0a;
  let isQuoted = false;
  let lines = 0;
  return {
    get count() {
      return Math.max(lines - 1, 0);
    },
    /** Returns how many ended in this part. */
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
