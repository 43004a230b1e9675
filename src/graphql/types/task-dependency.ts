import type { Dependency } from '../../domain/tasks/dependencies.ts';
import { builder } from '../builder.ts';

const DependencyState = builder.enumType('DependencyState', {
  description: 'Whether a dependency holds up the task that depends on it. Only `UNFINISHED` does.',
  values: {
    COMPLETED: { value: 'completed', description: 'The task was completed.' },
    UNFINISHED: { value: 'unfinished', description: 'The task has not ended yet.' },
    CANCELLED: {
      value: 'cancelled',
      description: 'The task ended without being completed, for example in `cancelled`.',
    },
    MISSING: { value: 'missing', description: 'There is no task with this key.' },
    SELF: { value: 'self', description: 'The task depends on itself, which has no effect.' },
  } as const,
});

export const TaskDependency = builder.objectRef<Dependency>('TaskDependency').implement({
  description: 'A task on which another task depends.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key of the task, for example `T-E07-F20-001`.' }),
    status: t.exposeString('status', {
      nullable: true,
      description: 'The current status of the task. Null if there is no task with this key.',
    }),
    state: t.expose('state', {
      type: DependencyState,
      description: 'Whether this dependency holds up the task.',
    }),
  }),
});
