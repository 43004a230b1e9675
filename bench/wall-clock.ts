const steps = 10;

/**
 * Milliseconds since 1970 like Date.now(), with fractions. It waits for a few steps of Date.now() to the next
 * millisecond and adds the time since then.
 */
export function createWallClock(): () => number {
  let origin = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < steps; step += 1) {
    const before = Date.now();
    while (Date.now() === before);
    // A step that is detected late makes the origin earlier, never later.
    origin = Math.max(origin, Date.now() - performance.now());
  }
  return () => origin + performance.now();
}
