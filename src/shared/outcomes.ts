/** The possible outcomes of a session. Finish, reject, block and abandon each produce one outcome. */
export const outcomes = ['completed', 'rejected', 'blocked', 'abandoned'] as const;

export type Outcome = (typeof outcomes)[number];
