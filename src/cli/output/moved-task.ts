import type { NextPhasePartsFragment, SessionPartsFragment } from '../../client/generated/graphql.ts';
import { nextPhaseJson, sessionJson } from './json.ts';
import type { Output } from './output.ts';
import { plain } from '../../shared/terminal-text.ts';
import { durationText, timeText } from './quantities.ts';

/** The result of a command that moves a task to another status. */
export interface MovedTask {
  task: { key: string; status: string };
  previousStatus: string;
  session?: SessionPartsFragment | null;
  nextPhase: NextPhasePartsFragment | null;
  /** Whether an earlier request already did this. Commands that cannot be repeated leave it out. */
  repeated?: boolean;
  warnings: readonly string[];
}

/**
 * Prints the session and the new status of a task. If the request was repeated, `when` is the time at which the first
 * one did its work.
 */
export function printMovedTask(
  output: Output,
  what: string,
  moved: MovedTask,
  when: 'startedAt' | 'endedAt' = 'endedAt',
): void {
  const { task, previousStatus, session = null, nextPhase, repeated = false, warnings } = moved;
  output.warn(warnings);
  output.answer({
    json: () => ({
      task_key: task.key,
      status: task.status,
      previous_status: previousStatus,
      session: session === null ? null : sessionJson(session),
      next_phase: nextPhaseJson(nextPhase),
      repeated,
      warnings,
    }),
    text: () =>
      [
        `${output.palette.heading(task.key)}  ${repeated ? repeatedChange(what, task, session?.[when] ?? null) : `${what}: ${statusChange(previousStatus, task.status)}`}`,
        ...(session === null ? [] : [sessionLine(session)]),
        // Since the first request, the task can have moved further.
        ...(nextPhase === null || repeated ? [] : [nextLine(nextPhase)]),
      ].join('\n'),
  });
}

function statusChange(from: string, to: string): string {
  return from === to ? `still ${plain(to)}` : `${plain(from)} → ${plain(to)}`;
}

function repeatedChange(what: string, { status }: MovedTask['task'], when: string | null): string {
  return `Already ${what.charAt(0).toLowerCase()}${what.slice(1)} at ${timeText(when)} UTC; nothing was changed. The task is now in ${plain(status)}`;
}

function sessionLine({ id, startedAt, endedAt, outcome, durationMinutes }: SessionPartsFragment): string {
  return endedAt === null
    ? `Session ${plain(id)}, since ${timeText(startedAt)} UTC`
    : `Session ${plain(id)}, ${plain(outcome?.toLowerCase() ?? 'ended')} after ${durationText(durationMinutes)}`;
}

function nextLine({ status, agentTypes }: NextPhasePartsFragment): string {
  const forWhom = agentTypes.length === 0 ? 'all agents' : agentTypes.map(plain).join(', ');
  return `Next: ${plain(status)}, for ${forWhom}`;
}
