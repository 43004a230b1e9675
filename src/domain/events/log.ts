/** An ordered sequence of events that is stored elsewhere, for example in a table. New events are added at the end. */
export interface Log<Event, Position> {
  /** The events after a position, in order, at most `limit` of them. */
  read(after: Position, limit: number): Promise<readonly Event[]>;
  positionOf(event: Event): Position;
  /** Negative if `one` comes before `other`, positive if it comes after it, 0 if they are equal. */
  compare(one: Position, other: Position): number;
}

/** An event that was read from a log. */
export interface Entry<Event, Position> {
  readonly event: Event;
  readonly position: Position;
  readonly readAtMs: number;
}
