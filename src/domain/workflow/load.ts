import { readFile } from 'node:fs/promises';
import { defaultWorkflowFile } from './default-workflow.ts';
import { parseJson } from './json-text.ts';
import { parseWorkflow } from './parse-workflow.ts';
import type { Workflow } from './workflow.ts';
import { omitsWorkflow } from './workflow-file.ts';

export type LoadedWorkflow =
  | { readonly workflow: Workflow; readonly source: 'file'; readonly path: string }
  /** `path` is where a workflow was looked for in vain. */
  | { readonly workflow: Workflow; readonly source: 'built-in'; readonly path: string | undefined };

/** The workflow file cannot be used. The message names the file and everything that is wrong with it. */
export class WorkflowFileError extends Error {
  override readonly name = 'WorkflowFileError';
  readonly path: string;
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[], options?: ErrorOptions) {
    super(
      [`The workflow file ${path} cannot be used:`, ...problems.map((problem) => `- ${problem}`)].join('\n'),
      options,
    );
    this.path = path;
    this.problems = problems;
  }
}

/**
 * Reads the workflow from a `.sharkconfig.json`. Without a path the built-in workflow is used.
 *
 * `whenMissing` says what happens if there is no file, or a file that describes no workflow at all (it may
 * hold nothing but settings of another program): `use-built-in` suits a path that nobody asked for, `fail` one
 * that somebody did. A file that has faults is never replaced by the built-in workflow.
 *
 * Throws WorkflowFileError.
 */
export async function loadWorkflow(
  path: string | undefined,
  whenMissing: 'use-built-in' | 'fail',
): Promise<LoadedWorkflow> {
  if (path === undefined) return builtIn(path);
  const missing = (problem: string) => {
    if (whenMissing === 'fail') throw new WorkflowFileError(path, [problem]);
    return builtIn(path);
  };

  const text = await readIfPresent(path);
  if (text === undefined) return missing('there is no such file');
  const parsed = parseJson(text);
  if ('problem' in parsed) throw new WorkflowFileError(path, [parsed.problem]);
  if (omitsWorkflow(parsed.json))
    return missing('it describes no workflow: it should have status_flow and special_statuses');
  const result = parseWorkflow(parsed.json);
  if ('problems' in result) throw new WorkflowFileError(path, result.problems);
  return { workflow: result.workflow, source: 'file', path };
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new WorkflowFileError(path, [`it cannot be read: ${reason}`], { cause: error });
  }
}

function builtIn(path: string | undefined): LoadedWorkflow {
  const result = parseWorkflow(defaultWorkflowFile);
  if ('problems' in result)
    throw new Error(`The built-in workflow has faults: ${result.problems.join('; ')}`);
  return { workflow: result.workflow, source: 'built-in', path };
}
