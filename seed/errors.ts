/** There is no such data set to be made; the message says why, and what would be right. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}
