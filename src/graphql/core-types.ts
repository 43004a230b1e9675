// Imports the files that declare epics, features, tasks and sessions, so that `builder` knows these types.
import './types/abandon.ts';
import './types/claim.ts';
import './types/close.ts';
import './types/create.ts';
import './types/epic.ts';
import './types/errors.ts';
import './types/feature.ts';
import './types/heartbeat.ts';
import './types/history-entry.ts';
import './types/node.ts';
import './types/scalars.ts';
import './types/session.ts';
import './types/task.ts';
import './types/task-note.ts';
import './types/workflow.ts';

export { builder } from './builder.ts';
