import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  durationThousandths,
  minutesOfThousandths,
} from '../../../src/domain/analytics/duration-thousandths.ts';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { compiled } from '../../support/compiled.ts';

it('thousandths of a minute give exactly the duration that the database computed', () => {
  const connection = openConnection(':memory:');
  const duration = connection.prepare<[string, string], { minutes: number; thousandths: number }>(
    `SELECT duration_minutes AS minutes, ${compiled(durationThousandths).sql} AS thousandths
     FROM (SELECT ROUND((julianday(?) - julianday(?)) * 1440.0, 3) AS duration_minutes) session`,
  );
  const latest = Date.UTC(9999, 11, 31);
  // Short durations, and all that the database can store: from the year 0 to the year 9999.
  const lengths = fc.oneof(
    fc.integer({ min: 0, max: 100_000_000 }),
    fc.integer({ min: 0, max: latest - Date.UTC(2000, 0, 1) }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: -62_167_219_200_000, max: Date.UTC(2000, 0, 1) }),
      lengths,
      (start, length) => {
        const row = duration.get(new Date(start + length).toISOString(), new Date(start).toISOString());
        expect(row?.thousandths).toSatisfy(Number.isSafeInteger);
        expect(minutesOfThousandths(row?.thousandths ?? Number.NaN)).toBe(row?.minutes);
      },
    ),
    { numRuns: 2_000 },
  );
  connection.close();
});
