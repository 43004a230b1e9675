import { builder } from '../builder.ts';

export const Bucket = builder.enumType('Bucket', {
  description: 'The length of a time bucket. Buckets follow the calendar in UTC.',
  values: {
    HOUR: { description: 'One hour, from each full hour to the next.' },
    DAY: { description: 'One day, from midnight to midnight UTC.' },
    WEEK: { description: 'One week, from Monday 00:00 UTC to the next Monday 00:00 UTC.' },
    MONTH: {
      description: 'One calendar month, from the first day 00:00 UTC to the first day of the next month.',
    },
  } as const,
});
