/** The data cannot be created. The message says why and what to do. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}
