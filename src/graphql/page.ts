import { badUserInput } from './errors.ts';

const largestPage = 500;

/** Throws a BAD_USER_INPUT error for pages that cannot be: too large, negative, or asked for from both ends. */
export function checkPage(page: {
  first?: number | null | undefined;
  last?: number | null | undefined;
}): void {
  for (const side of ['first', 'last'] as const) {
    const size = page[side];
    if (typeof size === 'number' && (size < 0 || size > largestPage))
      throw badUserInput(
        `${side} is ${size}`,
        `Give a number from 0 to ${largestPage}, and use the cursors for more`,
      );
  }
  if (typeof page.first === 'number' && typeof page.last === 'number')
    throw badUserInput('first and last are both given', 'Give one of them');
}
