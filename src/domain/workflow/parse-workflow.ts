import { buildWorkflow } from './build-workflow.ts';
import { flowProblems } from './flow-problems.ts';
import type { Workflow } from './workflow.ts';
import { readFields, readValidParts } from './workflow-file.ts';

/**
 * A workflow, or all problems of an invalid file. Each problem is a sentence that says what is wrong and what to do.
 */
export type ParsedWorkflow = { readonly workflow: Workflow } | { readonly problems: readonly string[] };

/** Turns the parsed JSON of a `.sharkconfig.json` into a workflow. */
export function parseWorkflow(json: unknown): ParsedWorkflow {
  const read = readFields(json);
  const problems = [...('problems' in read ? read.problems : []), ...flowProblems(readValidParts(json))];
  return 'file' in read && problems.length === 0 ? { workflow: buildWorkflow(read.file) } : { problems };
}
