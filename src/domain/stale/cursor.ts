/** A position among the stale events of one threshold: the instant the threshold counts from, then the session. */
export interface Position {
  sinceMs: number;
  sessionId: number;
}

/** The position of a subscriber for each of its thresholds, by the name of the threshold. */
export type StaleCursor = ReadonlyMap<string, Position>;

/** Before every stale event. */
export const startPosition: Position = { sinceMs: 0, sessionId: 0 };

export function comparePositions(one: Position, other: Position): number {
  return one.sinceMs - other.sinceMs || one.sessionId - other.sessionId;
}

/** The database compares times as text, which only works for years of four digits. */
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');
const pattern = /^stale((?: [\w-]{1,64}@\d{1,15}:\d{1,15}){1,100})$/;

export function encodeCursor(cursor: StaleCursor): string {
  const positions = [...cursor].map(
    ([threshold, { sinceMs, sessionId }]) => ` ${threshold}@${sinceMs}:${sessionId}`,
  );
  return Buffer.from(`stale${positions.join('')}`).toString('base64url');
}

/** Returns undefined if the text is not the result of encodeCursor. */
export function decodeCursor(text: string): StaleCursor | undefined {
  const positions = pattern.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (positions === undefined) return undefined;
  const cursor = new Map<string, Position>();
  for (const [, threshold = '', sinceMs, sessionId] of positions.matchAll(/([\w-]+)@(\d+):(\d+)/g))
    cursor.set(threshold, { sinceMs: Number(sinceMs), sessionId: Number(sessionId) });
  return [...cursor.values()].every(({ sinceMs }) => sinceMs <= latestMs) ? cursor : undefined;
}
