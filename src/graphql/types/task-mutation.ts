import type { NoWork } from '../../domain/sessions/claim-next.ts';
import type { LifecycleResult } from '../../domain/sessions/result.ts';
import { withShortValues } from '../../shared/short-values.ts';
import { builder } from '../builder.ts';
import { repeatedClaim, repeatedClose, taskAfter, warnings } from './descriptions.ts';
import { Task, TaskSession } from '../node-types.ts';
import { NextPhase } from './workflow.ts';

/** Whether a mutation opens a session, closes a session, or changes no session. */
type SessionEffect = 'opens' | 'closes' | 'none';

/** Creates the payload type of a mutation that moves a task. `outcome` completes the description of the type. */
export function taskPayload(mutation: string, sessionEffect: SessionEffect, outcome: string) {
  const opensSession = sessionEffect === 'opens';
  return builder.objectRef<LifecycleResult>(`${typeName(mutation)}Payload`).implement({
    description: `What \`${mutation}\` returns on success: ${outcome}`,
    fields: (t) => ({
      task: t.expose('task', { type: Task, description: taskAfter }),
      ...(sessionEffect === 'none'
        ? {}
        : {
            session: t.field({
              type: TaskSession,
              resolve: sessionWithTask,
              nullable: true,
              description: opensSession
                ? 'The opened session. Null if the database has no session table (see `warnings`).'
                : 'The closed session. Null if no session was closed (see `warnings`).',
            }),
          }),
      previousStatus: t.exposeString('previousStatus', {
        description: 'The status of the task before the mutation.',
      }),
      nextPhase: t.expose('next', {
        type: NextPhase,
        nullable: true,
        description: opensSession
          ? 'The status to which `finishTask` will move the task. Null if there is no next status.'
          : 'The status in which the work on the task continues now. Null if the task is complete, `blocked` or `on_hold`.',
      }),
      ...(sessionEffect === 'none'
        ? {}
        : {
            repeated: t.exposeBoolean('repeated', {
              description: opensSession ? repeatedClaim : repeatedClose,
            }),
          }),
      warnings: t.stringList({
        description: warnings,
        resolve: (payload) => payload.warnings.map(withShortValues),
      }),
    }),
  });
}

/** Returns the session with its task, so that a query of `session { task }` does not read the task again. */
export function sessionWithTask({ session, task }: LifecycleResult | NoWork) {
  return session === null ? null : { ...session, task };
}

/** Defines the result type of a mutation: its payload or an expected error. */
export function resultUnion(mutation: string, types: (new (...parameters: never[]) => Error)[]) {
  return {
    types,
    union: {
      name: `${typeName(mutation)}Result`,
      description: `The result of \`${mutation}\`: the payload on success, or an error that says why nothing was changed.`,
    },
  };
}

function typeName(mutation: string): string {
  return mutation.slice(0, 1).toUpperCase() + mutation.slice(1);
}

/** Returns the database ID of the `sessionId` argument, or null if it is missing. */
export function databaseId(sessionId: { id: string } | null | undefined): number | null {
  return sessionId === null || sessionId === undefined ? null : Number(sessionId.id);
}
