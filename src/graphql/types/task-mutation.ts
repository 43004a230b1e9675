import type { LifecycleResult } from '../../domain/sessions/result.ts';
import { builder } from '../builder.ts';
import { taskAfter, warnings } from './descriptions.ts';
import { TaskSession } from './session.ts';
import { NextPhase } from './workflow.ts';

/** Whether a mutation opens a session, closes one, or leaves sessions alone. */
type SessionEffect = 'opens' | 'closes' | 'none';

/** The payload of a mutation that moves a task. `outcome` completes the sentence "The payload of `mutation`: …". */
export function taskPayload(mutation: string, sessionEffect: SessionEffect, outcome: string) {
  const opensSession = sessionEffect === 'opens';
  return builder.objectRef<LifecycleResult>(`${typeName(mutation)}Payload`).implement({
    description: `The payload of \`${mutation}\`: ${outcome}`,
    fields: (t) => ({
      task: t.prismaField({
        type: 'Task',
        description: taskAfter,
        resolve: (query, { taskId }, _arguments, { read }) =>
          read.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
      }),
      ...(sessionEffect === 'none'
        ? {}
        : {
            session: t.expose('session', {
              type: TaskSession,
              nullable: true,
              description: opensSession
                ? 'The session that was opened. Null if the database has no sessions table; `warnings` then says so.'
                : 'The session that was closed. Null if no session was closed; `warnings` then says why.',
            }),
          }),
      previousStatus: t.exposeString('previousStatus', {
        description: 'The status of the task before the mutation.',
      }),
      nextPhase: t.expose('next', {
        type: NextPhase,
        nullable: true,
        description: opensSession
          ? 'The status to which `finishTask` will move the task. Null at the end of the workflow.'
          : 'The status in which the task continues now. Null if it is complete, `blocked` or `on_hold`.',
      }),
      warnings: t.exposeStringList('warnings', { description: warnings }),
    }),
  });
}

/** The union that a mutation returns: its payload, or one of the expected errors. */
export function resultUnion(mutation: string, types: (new (...parameters: never[]) => Error)[]) {
  return {
    types,
    union: {
      name: `${typeName(mutation)}Result`,
      description: `The result of \`${mutation}\`: the payload, or an error that says why nothing was changed.`,
    },
  };
}

function typeName(mutation: string): string {
  return mutation.slice(0, 1).toUpperCase() + mutation.slice(1);
}

/** The database ID of an optional `sessionId` argument. */
export function databaseId(sessionId: { id: string } | null | undefined): number | null {
  return sessionId === null || sessionId === undefined ? null : Number(sessionId.id);
}
