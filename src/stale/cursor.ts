/** A place in the order in which sessions turn stale, the same for every threshold. */
export interface StaleCursor {
  startedAt: Date;
  sessionId: number;
}

const pattern = /^stale:(\d{1,15}):(\d{1,15})$/;

export function encodeCursor({ startedAt, sessionId }: StaleCursor): string {
  return Buffer.from(`stale:${startedAt.getTime()}:${sessionId}`).toString('base64url');
}

/** Returns undefined for text that encodeCursor did not make. */
export function decodeCursor(text: string): StaleCursor | undefined {
  const [, startedAt, sessionId] = pattern.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (startedAt === undefined || sessionId === undefined) return undefined;
  const cursor = { startedAt: new Date(Number(startedAt)), sessionId: Number(sessionId) };
  return Number.isNaN(cursor.startedAt.getTime()) ? undefined : cursor;
}
