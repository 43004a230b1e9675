import type { Principal } from '../../domain/principal.ts';
import type { Clock, Timer } from '../../shared/clock.ts';

const intervalMs = 1_000;

/** Watches the tokens of long-lived connections, because a token can become invalid while its connection is open. */
export interface RevocationWatch {
  /** Calls `onTokenEnd` once when the token is no longer valid. Returns a function that stops watching the token. */
  add(principal: Principal, onTokenEnd: () => void): () => void;
  close(): void;
}

/** Creates a watch that checks all tokens once a second. The timer runs only while there are connections. */
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
