import type { EventLoopShare } from '../shared/event-loop-shares.ts';

/**
 * An operation that selects many values. It yields to other operations, and ends if its answer becomes too large.
 * Resolvers find it in the context. It is undefined there for a small operation, which needs none of this.
 */
export interface HeavyOperation extends EventLoopShare {
  /** Counts a long text of the answer. Throws an error if all of them are larger than an answer may be. */
  countText(text: string): void;
  /** Counts the items of a list in the answer. */
  countItems(count: number): void;
}
