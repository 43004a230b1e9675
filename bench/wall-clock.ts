/**
 * Milliseconds since 1970 as Date counts them, with the part behind the point that Date leaves out: it watches Date
 * step from one millisecond to the next once, and counts on from there.
 */
export function createWallClock(): () => number {
  const before = Date.now();
  while (Date.now() === before);
  const origin = Date.now() - performance.now();
  return () => origin + performance.now();
}
