/** A place in the order in which sessions cross a line: the instant the threshold counts from, and the session. */
export interface Place {
  sinceMs: number;
  sessionId: number;
}

/** How far a subscriber has come on each of the lines it watches, by their names. */
export type StaleCursor = ReadonlyMap<string, Place>;

/** Before everything that can cross a line. */
export const beginning: Place = { sinceMs: 0, sessionId: 0 };

export function comparePlaces(one: Place, other: Place): number {
  return one.sinceMs - other.sinceMs || one.sessionId - other.sessionId;
}

/** With a longer year, times are not in the order of their text. */
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');
const pattern = /^stale((?: [\w-]{1,64}@\d{1,15}:\d{1,15}){1,100})$/;

export function encodeCursor(cursor: StaleCursor): string {
  const places = [...cursor].map(([line, { sinceMs, sessionId }]) => ` ${line}@${sinceMs}:${sessionId}`);
  return Buffer.from(`stale${places.join('')}`).toString('base64url');
}

/** Returns undefined for text that encodeCursor did not make. */
export function decodeCursor(text: string): StaleCursor | undefined {
  const places = pattern.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (places === undefined) return undefined;
  const cursor = new Map<string, Place>();
  for (const [, line = '', sinceMs, sessionId] of places.matchAll(/([\w-]+)@(\d+):(\d+)/g))
    cursor.set(line, { sinceMs: Number(sinceMs), sessionId: Number(sessionId) });
  return [...cursor.values()].every(({ sinceMs }) => sinceMs <= latestMs) ? cursor : undefined;
}
