import { test } from 'vitest';
import { boardWithStoredTimes, expectSameTimesEverywhere } from '../support/stored-times-board.ts';

test('all parts of the program read 100,000 stored times alike', { timeout: 900_000 }, async () => {
  const board = await boardWithStoredTimes(100_000, 5);
  await using _app = board.app;

  await expectSameTimesEverywhere(board);
});
