import type { Random } from './random.ts';
import { dayMs, minuteMs } from './time.ts';

/** How long before the end the first task is created. */
export const historyMs = 183 * dayMs;

/** How likely it is that somebody begins something at this instant, compared with the middle of a working day. */
function activity(instantMs: number): number {
  const instant = new Date(instantMs);
  const hour = instant.getUTCHours();
  const day = instant.getUTCDay();
  const byHour = hour >= 8 && hour < 18 ? 1 : hour >= 6 && hour < 22 ? 0.4 : 0.15;
  const byDay = day === 0 || day === 6 ? 0.25 : 1;
  return byHour * byDay;
}

/** When what could be begun from this instant on is begun: agents work at any time, people seldom give them work at night. */
export function nextStart(random: Random, earliestMs: number): number {
  let instant = earliestMs;
  while (!random.happens(activity(instant))) instant += random.logNormal(40 * minuteMs, 0.5);
  return Math.round(instant);
}

/** When a task is created: the team grows, so that at the end there are four times as many a day as at the beginning. */
export function creation(random: Random, untilMs: number): number {
  for (;;) {
    const elapsed = random.fraction();
    const instant = Math.round(untilMs - historyMs * (1 - elapsed));
    if (random.happens((0.4 + 1.2 * elapsed) / 1.6) && random.happens(activity(instant))) return instant;
  }
}
