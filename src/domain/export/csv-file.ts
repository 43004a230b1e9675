import type { CsvPage, CsvText } from './session-rows.ts';

/** Small enough that a page is soon read, also where notes are long, and large enough that pages are few. */
const atMost: CsvPage['atMost'] = { rows: 500, charactersOfNotes: 64 * 1_024 };

const byteOrderMark = new TextEncoder().encode('\uFEFF');

export interface CsvFileOptions {
  filter: CsvPage['filter'];
  /** Whether the file begins with a byte order mark, without which Excel does not read it as UTF-8. */
  withByteOrderMark: boolean;
  /** Reads a page of the file. */
  pageOf(page: CsvPage): Promise<CsvText>;
}

/**
 * The parts of a file of sessions. The first is read already, so that what is wrong with the question is thrown here;
 * each of the others when it is asked for.
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
