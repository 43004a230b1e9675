import type { LifecycleResult } from '../../domain/sessions/result.ts';
import { builder } from '../builder.ts';
import { TaskSession } from './session.ts';
import { NextPhase } from './workflow.ts';

/* What the mutations of a task's work have in common: their files stand beside this one. */

/** What a mutation answers when it was done. */
export function payload(name: string, description: string, { withSession } = { withSession: true }) {
  return builder.objectRef<LifecycleResult>(name).implement({
    description,
    fields: (t) => ({
      task: t.prismaField({
        type: 'Task',
        description: 'The task, as it is now.',
        resolve: (query, { taskId }, _arguments, { read }) =>
          read.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
      }),
      ...(withSession
        ? {
            session: t.expose('session', {
              type: TaskSession,
              nullable: true,
              description:
                'The session that was opened or closed; null when there was none, and then a warning says why.',
            }),
          }
        : {}),
      previousStatus: t.exposeString('previousStatus', { description: 'Where the task was before.' }),
      nextPhase: t.expose('next', {
        type: NextPhase,
        nullable: true,
        description:
          'Where the task goes on: after a claim, where finishing leads; otherwise, where it waits now. Null at the end of the workflow and while the task is set aside.',
      }),
      warnings: t.exposeStringList('warnings', { description: warnings }),
    }),
  });
}

/** What a mutation answers when it was not done, beside its payload. */
export function orWhyNot(
  name: string,
  description: string,
  types: (new (...parameters: never[]) => Error)[],
) {
  return { types, union: { name, description } };
}

/** The number of a session that may have been named. */
export function numeric(sessionId: { id: string } | null | undefined): number | null {
  return sessionId === null || sessionId === undefined ? null : Number(sessionId.id);
}

export const taskKey = 'The key of the task, for example `T-E07-F20-001`.';
export const warnings = 'What was done nevertheless but should be known, in sentences. Usually empty.';
