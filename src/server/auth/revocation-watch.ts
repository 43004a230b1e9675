import type { Principal } from '../../domain/principal.ts';
import type { Clock, Timer } from '../../shared/clock.ts';

const intervalMs = 1_000;

/** Long-lived connections whose token can end while they are open. */
export interface RevocationWatch {
  /** Calls `onTokenEnd` once when the token is no longer valid. Returns a function that stops watching. */
  add(principal: Principal, onTokenEnd: () => void): () => void;
  close(): void;
}

/** Checks the tokens of all watched connections once a second. Without connections, no timer runs. */
export function createRevocationWatch(
  clock: Clock,
  isValid: (principal: Principal) => boolean,
): RevocationWatch {
  const watched = new Map<object, { principal: Principal; onTokenEnd: () => void }>();
  let timer: Timer | undefined;

  const check = () => {
    timer = undefined;
    for (const [key, { principal, onTokenEnd }] of watched) {
      if (isValid(principal)) continue;
      watched.delete(key);
      onTokenEnd();
    }
    schedule();
  };
  const schedule = () => {
    if (watched.size > 0) timer ??= clock.setTimer(intervalMs, check, { unref: true });
  };

  return {
    add(principal, onTokenEnd) {
      const key = {};
      watched.set(key, { principal, onTokenEnd });
      schedule();
      return () => {
        watched.delete(key);
      };
    },
    close() {
      timer?.cancel();
      watched.clear();
    },
  };
}
