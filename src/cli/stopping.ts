/** How a command finds out that it must stop. */
export interface Stopping {
  /**
   * Calls `onStop` on the first SIGINT, SIGTERM or SIGHUP, until `ignore` is called. The second signal ends the process at
   * once. While nothing is subscribed, a signal ends the process without a clean-up.
   */
  whenStopped: (onStop: (signal: NodeJS.Signals) => void) => { ignore(): void };
  /** Cleans up and ends the process with the exit code of a signal. */
  exitAfter: (signal: NodeJS.Signals) => void;
  /** Prints a line to standard error. */
  explain: (line: string) => void;
}

/**
 * Runs `work`, which needs a clean-up if it is interrupted. A signal ends the process, with a line that says what was
 * done: `consequence` is a sentence.
 */
export async function interruptible<Result>(
  { whenStopped, exitAfter, explain }: Stopping,
  consequence: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const subscription = whenStopped((signal) => {
    explain(`Stopped by ${signal}. ${consequence}`);
    exitAfter(signal);
  });
  try {
    return await work();
  } finally {
    subscription.ignore();
  }
}
