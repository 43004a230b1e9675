import { createWriteStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type SessionFilter, SessionsDocument } from '../../client/generated/graphql.ts';
import { csvFileName } from '../../shared/csv-file-name.ts';
import { writeErrorOf } from '../../shared/files/file-error.ts';
import { readPath } from '../../shared/files/file-path.ts';
import { noProgressBar, type ProgressBar } from '../../shared/progress-bar.ts';
import { type FileToWrite, writeWholeFile } from '../../shared/files/write-file.ts';
import { explainNoSessions } from '../answers.ts';
import type { Tools } from '../command.ts';
import { counted } from '../output/quantities.ts';
import { interruptible } from '../stopping.ts';

export interface ExportTarget {
  /** The path of the file, or `-` for standard output. Default: a new file in the current folder. */
  output?: string | undefined;
  /** Whether to replace the file if it exists. */
  force?: boolean | undefined;
}

/** Writes the sessions that match `filter` to a CSV file. Throws ExpectedError. */
export async function exportSessions(
  { client, output, stopping, now }: Tools,
  filter: SessionFilter,
  { output: path, force = false }: ExportTarget,
): Promise<void> {
  const { sessions } = await client.send(SessionsDocument, { filter, first: 0 });
  if (sessions.totalCount === 0) await explainNoSessions({ client, output }, filter.agent);
  const records = createRecordCount();
  async function* parts(progress: ProgressBar): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of client.exportSessions(parametersOf(filter))) {
        progress.advance(records.read(part));
        yield part;
      }
    } finally {
      progress.stop();
    }
  }

  if (path === '-') {
    // On the same terminal, a progress bar would get into the file.
    for await (const part of parts(noProgressBar())) await output.file(part);
    return;
  }
  const file = path === undefined ? csvFileName(now()) : readPath(path);
  const writeTo = (target: string) =>
    pipeline(parts(output.startProgress('Sessions', sessions.totalCount)), createWriteStream(target));
  const ifExistsSuggestion =
    path === undefined
      ? 'Run the export again to get a file name with a later time'
      : 'Add --force to replace it, or choose another name';
  await interruptible(stopping, 'No file was written', () =>
    writeExport({ path: file, ifExists: force ? 'replace' : 'refuse', ifExistsSuggestion }, writeTo),
  );
  output.answer({
    json: () => ({ file, session_count: records.count }),
    text: () => `${counted(records.count, 'session')} in ${file}`,
  });
}

/** Writes to a device or a pipe, such as `/dev/null`, directly: a file never replaces it. Throws FileError. */
async function writeExport(file: FileToWrite, write: (target: string) => Promise<void>): Promise<void> {
  try {
    const found = statSync(file.path, { throwIfNoEntry: false });
    const isStream = found !== undefined && !found.isFile() && !found.isDirectory();
    await (isStream ? write(file.path) : writeWholeFile(file, write));
  } catch (error) {
    throw writeErrorOf(file.path, error) ?? error;
  }
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
