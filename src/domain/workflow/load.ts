import { ExpectedError } from '../../shared/expected-error.ts';
import { FileError } from '../../shared/files/file-error.ts';
import { problemList } from '../../shared/problem-list.ts';
import { readTextFile } from '../../shared/files/text-file.ts';
import { buildWorkflow } from './build-workflow.ts';
import { defaultWorkflowFile } from './default-workflow.ts';
import type { Workflow } from './workflow.ts';

export type LoadedWorkflow =
  | { readonly workflow: Workflow; readonly source: 'file'; readonly path: string }
  /** A workflow file was expected at `path`, but it is missing or contains no workflow. */
  | { readonly workflow: Workflow; readonly source: 'built-in'; readonly path: string | undefined };

/** A workflow file cannot be used. The message has the path and all problems of the file. */
export class WorkflowFileError extends ExpectedError {
  override readonly name = 'WorkflowFileError';
  readonly path: string;
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[], options?: ErrorOptions) {
    super({
      code: 'SETTINGS',
      message: problemList(`The workflow file ${path} cannot be used:`, problems),
      ...options,
      parameters: {},
    });
    this.path = path;
    this.problems = problems;
  }
}

/**
 * Reads the workflow from a `.sharkconfig.json`. Without a path, returns the built-in workflow. Throws
 * WorkflowFileError.
 */
export async function loadWorkflow(
  path: string | undefined,
  /** What to do if the file does not exist or has no workflow. Use `fail` for a path from the user. */
  whenMissing: 'use-built-in' | 'fail',
): Promise<LoadedWorkflow> {
  if (path === undefined) return builtIn(path);
  const missing = (problem: string) => {
    if (whenMissing === 'fail') throw new WorkflowFileError(path, [problem]);
    return builtIn(path);
  };

  const text = await readIfPresent(path);
  if (text === undefined) return missing('the file does not exist: create it, or correct the path');
  // Import what checks a file only if there is one: a command with the built-in workflow starts faster without it.
  const [{ parseJson }, { hasNoWorkflow }, { parseWorkflow }] = await Promise.all([
    import('../../shared/json-text.ts'),
    import('./workflow-file.ts'),
    import('./parse-workflow.ts'),
  ]);
  const parsed = parseJson(text);
  if ('problem' in parsed) throw new WorkflowFileError(path, [parsed.problem]);
  if (hasNoWorkflow(parsed.json)) return missing('it has no workflow: add status_flow and special_statuses');
  const result = parseWorkflow(parsed.json);
  if ('problems' in result) throw new WorkflowFileError(path, result.problems);
  return { workflow: result.workflow, source: 'file', path };
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readTextFile(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.systemCode === 'ENOENT') return undefined;
    const { reason, suggestion } = error;
    throw new WorkflowFileError(
      path,
      [`it cannot be read: ${[reason, suggestion].filter(Boolean).join('. ')}`],
      {
        cause: error,
      },
    );
  }
}

function builtIn(path: string | undefined): LoadedWorkflow {
  return { workflow: buildWorkflow(defaultWorkflowFile), source: 'built-in', path };
}
