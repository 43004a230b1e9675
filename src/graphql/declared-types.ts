// Imports each file that declares types of the API, so that `builder` knows them all.
import './types/abandon.ts';
import './types/agent-performance.ts';
import './types/bottleneck.ts';
import './types/aging-task.ts';
import './types/claim.ts';
import './types/close.ts';
import './types/comparison.ts';
import './types/create.ts';
import './types/cumulative-flow.ts';
import './types/epic.ts';
import './types/errors.ts';
import './types/feature.ts';
import './types/heartbeat.ts';
import './types/history-entry.ts';
import './types/node.ts';
import './types/phase-duration.ts';
import './types/phase-flow.ts';
import './types/scalars.ts';
import './types/session.ts';
import './types/subscriptions.ts';
import './types/task.ts';
import './types/task-note.ts';
import './types/phase-duration-trend.ts';
import './types/throughput.ts';
import './types/workflow.ts';

export { builder } from './builder.ts';
