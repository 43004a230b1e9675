const steps = 10;

/**
 * Milliseconds since 1970 as Date counts them, with the part behind the point that Date leaves out: it watches Date
 * step from one millisecond to the next a few times, and counts on from there.
 */
export function createWallClock(): () => number {
  let origin = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < steps; step += 1) {
    const before = Date.now();
    while (Date.now() === before);
    // A step that was seen late makes the origin earlier, never later.
    origin = Math.max(origin, Date.now() - performance.now());
  }
  return () => origin + performance.now();
}
