import { expect, test } from 'vitest';
import { boardWithStoredTimes, readEverywhere } from '../support/stored-times-board.ts';

test('all parts of the program read 100,000 stored times alike', { timeout: 900_000 }, async () => {
  const board = await boardWithStoredTimes(100_000, 5);
  await using _app = board.app;

  const read = await readEverywhere(board);

  expect(read.listed).toEqual(read.expectedList);
  expect(read.aging).toEqual(read.expectedAging);
  expect(read.waiting).toEqual(read.expectedWaiting);
  expect(read.changes).toEqual(read.expectedChanges);
  expect(read.created).toBe(read.expectedCreated);
});
