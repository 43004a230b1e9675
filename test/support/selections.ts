/** The history of a task. Its rows are not part of an operation's result, so it is read after the commit. */
export const historyOfTask = 'task { history { toStatus } }';

/** A mutation that also selects these fields of its payload. */
export function alsoSelecting(mutation: string, selection: string): string {
  return mutation.replace(/\.\.\. on \w+Payload \{/, `$& ${selection}`);
}
