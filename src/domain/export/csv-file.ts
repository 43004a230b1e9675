import type { CsvPage, CsvText } from './session-rows.ts';

/** Pages are small enough to be read quickly even with long notes, and large enough that there are few of them. */
const atMost: CsvPage['atMost'] = { rows: 500, charactersOfNotes: 64 * 1_024 };

const byteOrderMark = new TextEncoder().encode('\uFEFF');

export interface CsvFileOptions {
  filter: CsvPage['filter'];
  /** Whether the file starts with a byte order mark. Excel needs it to read the file as UTF-8. */
  withByteOrderMark: boolean;
  /** Reads a page of the file. */
  pageOf(page: CsvPage): Promise<CsvText>;
}

/**
 * A CSV file of sessions in parts. The first page is read before this returns, so that an error becomes an error response.
 * Each later page is read when the consumer asks for it.
 */
export async function csvFile({
  filter,
  withByteOrderMark,
  pageOf,
}: CsvFileOptions): Promise<AsyncGenerator<CsvText['lines']>> {
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
