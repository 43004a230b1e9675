import { readFile } from 'node:fs/promises';
import { ExpectedError } from '../../shared/expected-error.ts';
import { defaultWorkflowFile } from './default-workflow.ts';
import { parseJson } from './json-text.ts';
import { parseWorkflow } from './parse-workflow.ts';
import type { Workflow } from './workflow.ts';
import { hasNoWorkflow } from './workflow-file.ts';

export type LoadedWorkflow =
  | { readonly workflow: Workflow; readonly source: 'file'; readonly path: string }
  /** `path` is the file that was tried: it does not exist, or it has no workflow. */
  | { readonly workflow: Workflow; readonly source: 'built-in'; readonly path: string | undefined };

/** The message has the path of the workflow file and all its problems. */
export class WorkflowFileError extends ExpectedError {
  override readonly name = 'WorkflowFileError';
  readonly path: string;
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[], options?: ErrorOptions) {
    super({
      code: 'SETTINGS',
      message: [
        `The workflow file ${path} cannot be used:`,
        ...problems.map((problem) => `- ${problem}`),
      ].join('\n'),
      ...options,
      parameters: {},
    });
    this.path = path;
    this.problems = problems;
  }
}

/**
 * Reads the workflow from a `.sharkconfig.json`. Without a path, it returns the built-in workflow.
 *
 * `whenMissing` applies if the file does not exist, or has no workflow because it only has settings of another
 * program. Pass `use-built-in` for a default path, and `fail` for a path from the user. An invalid workflow is always
 * an error.
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
  if (text === undefined) return missing('the file does not exist: create it, or correct the path');
  const parsed = parseJson(text);
  if ('problem' in parsed) throw new WorkflowFileError(path, [parsed.problem]);
  if (hasNoWorkflow(parsed.json)) return missing('it has no workflow: add status_flow and special_statuses');
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
    throw new WorkflowFileError(path, [`it cannot be read: ${reason}. Check the path and its permissions`], {
      cause: error,
    });
  }
}

function builtIn(path: string | undefined): LoadedWorkflow {
  const result = parseWorkflow(defaultWorkflowFile);
  if ('problems' in result)
    throw new Error(`The built-in workflow is invalid: ${result.problems.join('; ')}`);
  return { workflow: result.workflow, source: 'built-in', path };
}
