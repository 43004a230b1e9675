import type { LifecycleResult } from '../../domain/sessions/result.ts';
import { builder } from '../builder.ts';
import { warnings } from './descriptions.ts';
import { TaskSession } from './session.ts';
import { NextPhase } from './workflow.ts';

/** The payload of a mutation that moves a task and opens or closes its session. */
export function taskPayload(name: string, description: string, { withSession } = { withSession: true }) {
  return builder.objectRef<LifecycleResult>(name).implement({
    description,
    fields: (t) => ({
      task: t.prismaField({
        type: 'Task',
        description: 'The task, in its state after the mutation.',
        resolve: (query, { taskId }, _arguments, { read }) =>
          read.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
      }),
      ...(withSession
        ? {
            session: t.expose('session', {
              type: TaskSession,
              nullable: true,
              description:
                'The session that was opened or closed. Null if there was none; `warnings` then says why.',
            }),
          }
        : {}),
      previousStatus: t.exposeString('previousStatus', {
        description: 'The status of the task before the mutation.',
      }),
      nextPhase: t.expose('next', {
        type: NextPhase,
        nullable: true,
        description:
          'Where the task goes next. After a claim: the status to which `finishTask` will move it. Otherwise: the status in which it waits now. Null at the end of the workflow, and while the task is `blocked` or `on_hold`.',
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
      name: `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Result`,
      description: `The result of \`${mutation}\`: the payload, or an error that says why nothing was changed.`,
    },
  };
}

/** The database ID of an optional `sessionId` argument. */
export function databaseId(sessionId: { id: string } | null | undefined): number | null {
  return sessionId === null || sessionId === undefined ? null : Number(sessionId.id);
}
