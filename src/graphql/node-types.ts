import type { Epic as EpicRow } from '../domain/tasks/epic.ts';
import type { Feature as FeatureRow } from '../domain/tasks/feature.ts';
import type { StoredTask, Task as TaskRow } from '../domain/tasks/task.ts';
import type {
  BriefSession,
  StoredSession,
  TaskSession as TaskSessionRow,
} from '../domain/sessions/session.ts';
import { builder } from './builder.ts';

/*
 * The types that refer to each other. Their fields are in the folder `types`. These references are in one file, because
 * two files must not import each other.
 */
export const Epic = builder.objectRef<EpicRow>('Epic');
export const Feature = builder.objectRef<FeatureRow>('Feature');
export const Task = builder.objectRef<TaskRow | StoredTask>('Task');
/** A session that an operation or a list returns comes with its task. The task is null if it was deleted. */
export const TaskSession = builder.objectRef<
  (TaskSessionRow | StoredSession | BriefSession) & { task?: TaskRow | StoredTask | null }
>('TaskSession');
