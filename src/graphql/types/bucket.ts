import { builder } from '../builder.ts';

export const Bucket = builder.enumType('Bucket', {
  description: 'The length of a time bucket. Buckets follow the UTC calendar.',
  values: {
    HOUR: { description: 'One hour, for example from 10:00 to 11:00.' },
    DAY: { description: 'One day, from midnight to midnight UTC.' },
    WEEK: { description: 'One week, from Monday 00:00 UTC to the next Monday 00:00 UTC.' },
    MONTH: {
      description: 'One calendar month, from 00:00 UTC on its first day.',
    },
  } as const,
});
