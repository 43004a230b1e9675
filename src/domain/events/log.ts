/** An ordered sequence of events that grows at the end, for example a database table. */
export interface Log<Event, Position> {
  /** Returns at most `limit` events after a position, in order. */
  read(after: Position, limit: number): Promise<readonly Event[]>;
  positionOf(event: Event): Position;
  /**
   * Returns a negative number if `one` comes first, a positive number if `other` comes first, and 0 if they are equal.
   */
  compare(one: Position, other: Position): number;
}

/** An event that was read from a log. */
export interface Entry<Event, Position> {
  readonly event: Event;
  readonly position: Position;
  readonly readAtMs: number;
}
