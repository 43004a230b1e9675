import type { CsvPage, CsvText } from './session-rows.ts';

/** The limits of one page. Larger pages are slow to read, and smaller pages need more queries. */
const atMost: CsvPage['atMost'] = { rows: 500, charactersOfNotes: 64 * 1_024 };

const byteOrderMark = new TextEncoder().encode('\uFEFF');

export interface CsvFileOptions {
  filter: CsvPage['filter'];
  /** Whether the CSV file starts with a byte order mark. Excel needs this mark to read UTF-8. */
  withByteOrderMark: boolean;
  /** Reads one page of the CSV file. */
  pageOf(page: CsvPage): Promise<CsvText>;
}

/** Returns a CSV file of sessions in parts. Each part after the first is read on demand. */
export async function csvFile({
  filter,
  withByteOrderMark,
  pageOf,
}: CsvFileOptions): Promise<AsyncGenerator<CsvText['lines']>> {
  // Read the first page now, so that an error can still become an error response.
  const first = await pageOf({ filter, after: undefined, atMost });
  return parts();

  async function* parts() {
    if (withByteOrderMark) yield byteOrderMark;
    yield first.lines;
    for (let { next } = first; next !== null; ) {
      const page = await pageOf({ filter, after: next, atMost });
      yield page.lines;
      next = page.next;
    }
  }
}
