import { builder } from '../builder.ts';

export const Bucket = builder.enumType('Bucket', {
  description: 'A segment of the calendar, in UTC.',
  values: {
    HOUR: { description: 'From each full hour to the next.' },
    DAY: { description: 'From midnight to midnight.' },
    WEEK: { description: 'From the start of Monday to the start of the next Monday.' },
    MONTH: { description: 'From the start of the first day of a month to that of the next.' },
  } as const,
});
