import type { Random } from './random.ts';
import { dayMs, minuteMs } from './time.ts';

/** The length of the simulated period. */
export const historyMs = 183 * dayMs;

/** The relative probability that work starts at this instant; 1 during office hours. */
function activity(instantMs: number): number {
  const instant = new Date(instantMs);
  const hour = instant.getUTCHours();
  const day = instant.getUTCDay();
  const byHour = hour >= 8 && hour < 18 ? 1 : hour >= 6 && hour < 22 ? 0.4 : 0.15;
  const byDay = day === 0 || day === 6 ? 0.25 : 1;
  return byHour * byDay;
}

/** Picks the start of work that is possible from `earliestMs` on. Most work starts during office hours. */
export function nextStart(random: Random, earliestMs: number): number {
  let instant = earliestMs;
  while (!random.happens(activity(instant))) instant += random.logNormal(40 * minuteMs, 0.5);
  return Math.round(instant);
}

/** Picks the creation time of a task. At the end of the period, four times as many tasks are created as at its start. */
export function creationTime(random: Random, untilMs: number): number {
  for (;;) {
    const elapsed = random.fraction();
    const instant = Math.round(untilMs - historyMs * (1 - elapsed));
    if (random.happens((0.4 + 1.2 * elapsed) / 1.6) && random.happens(activity(instant))) return instant;
  }
}
