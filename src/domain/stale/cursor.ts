/**
 * The position of a stale event among the events of its threshold. Positions are sorted by `sinceMs`, then by session
 * ID.
 */
export interface Position {
  /** The start or last heartbeat of the session, in milliseconds since 1970. */
  sinceMs: number;
  sessionId: number;
}

/** Maps the name of each threshold to the position of the subscriber in the events of that threshold. */
export type StaleCursor = ReadonlyMap<string, Position>;

/** Before every stale event. */
export const startPosition: Position = { sinceMs: 0, sessionId: 0 };

export function comparePositions(one: Position, other: Position): number {
  return one.sinceMs - other.sinceMs || one.sessionId - other.sessionId;
}

/**
 * The latest time that a cursor may contain. Years must have four digits, because the database compares times as text.
 */
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');
const pattern = /^stale((?: [\w-]{1,64}@\d{1,15}:\d{1,15}){1,100})$/;

export function encodeCursor(cursor: StaleCursor): string {
  const positions = [...cursor].map(
    ([threshold, { sinceMs, sessionId }]) => ` ${threshold}@${sinceMs}:${sessionId}`,
  );
  return Buffer.from(`stale${positions.join('')}`).toString('base64url');
}

/** Decodes a cursor. Returns undefined if the text is not a valid cursor. */
export function decodeCursor(text: string): StaleCursor | undefined {
  const positions = pattern.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (positions === undefined) return undefined;
  const cursor = new Map<string, Position>();
  for (const [, threshold = '', sinceMs, sessionId] of positions.matchAll(/([\w-]+)@(\d+):(\d+)/g))
    cursor.set(threshold, { sinceMs: Number(sinceMs), sessionId: Number(sessionId) });
  return [...cursor.values()].every(({ sinceMs }) => sinceMs <= latestMs) ? cursor : undefined;
}
