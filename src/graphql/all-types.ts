// Imports all files that declare types, so that `builder` knows the whole API.
import './core-types.ts';
import './types/agent-performance.ts';
import './types/aging-task.ts';
import './types/bottleneck.ts';
import './types/comparison.ts';
import './types/cumulative-flow.ts';
import './types/phase-duration.ts';
import './types/phase-duration-trend.ts';
import './types/phase-flow.ts';
import './types/status.ts';
import './types/subscriptions.ts';
import './types/throughput.ts';

export { builder } from './builder.ts';
