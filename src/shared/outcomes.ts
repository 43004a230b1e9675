/** The outcomes of a session: by finish, reject, block and abandon. */
export const outcomes = ['completed', 'rejected', 'blocked', 'abandoned'] as const;

export type Outcome = (typeof outcomes)[number];
