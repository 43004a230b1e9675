import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorkflow, WorkflowFileError } from '../../../src/domain/workflow/load.ts';
import { defaultWorkflow, workflowFile, workflowFrom } from './workflows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workflow-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(content: unknown): Promise<string> {
  const path = join(folder, '.sharkconfig.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function errorOf(path: string): Promise<WorkflowFileError> {
  const error = await loadWorkflow(path, 'use-built-in').catch((thrown: unknown) => thrown);
  if (!(error instanceof WorkflowFileError)) throw new Error('The file was loaded without an error');
  return error;
}

const file = workflowFile({ todo: { to: ['in_work'] }, in_work: { to: ['done'] }, done: { to: [] } });

describe('a workflow file', () => {
  it('is loaded', async () => {
    const path = await fileWith(file);
    expect(await loadWorkflow(path, 'fail')).toEqual({ workflow: workflowFrom(file), source: 'file', path });
  });

  it('may begin with a byte order mark', async () => {
    const path = await fileWith(`\uFEFF${JSON.stringify(file)}`);
    expect(await loadWorkflow(path, 'fail')).toMatchObject({ source: 'file' });
  });

  it('is rejected with an error that has its path and all problems', async () => {
    const path = await fileWith(
      workflowFile({ todo: { to: ['done', 'gone'] }, stuck: { to: [] }, done: { to: [] } }),
    );
    const error = await errorOf(path);
    expect(error.path).toBe(path);
    expect(error.message).toBe(
      [
        `The workflow file ${path} cannot be used:`,
        '- status_flow.todo lists gone, which status_flow does not have: correct the name or add the status',
        '- status_flow.stuck has no transitions: add one, or add stuck to special_statuses._complete_',
      ].join('\n'),
    );
    expect(error.problems).toHaveLength(2);
  });

  it('is rejected if it cannot be read', async () => {
    expect((await errorOf(folder)).problems).toEqual([
      'it cannot be read: it is a folder. Give the path of a file',
    ]);
  });

  it('is rejected with line and column if it is not JSON', async () => {
    const path = await fileWith('{\n  "status_flow": {},\n}');
    expect((await errorOf(path)).problems).toEqual([
      expect.stringMatching(/^it is not valid JSON: .* at line 3, column 1$/),
    ]);
  });
});

describe('the built-in workflow', () => {
  it('is used without a path', async () => {
    expect(await loadWorkflow(undefined, 'fail')).toEqual({
      workflow: defaultWorkflow,
      source: 'built-in',
      path: undefined,
    });
  });

  it.each([
    [
      'there is no file',
      async () => join(folder, 'missing.json'),
      'the file does not exist: create it, or correct the path',
    ],
    [
      'the file only has settings of another program',
      () => fileWith({ color_enabled: true }),
      'it has no workflow: add status_flow and special_statuses',
    ],
  ])('is used if %s and the path is a default', async (_, prepare, problem) => {
    const path = await prepare();
    expect(await loadWorkflow(path, 'use-built-in')).toEqual({
      workflow: defaultWorkflow,
      source: 'built-in',
      path,
    });
    await expect(loadWorkflow(path, 'fail')).rejects.toThrow(new WorkflowFileError(path, [problem]));
  });

  it('does not replace a file with an invalid workflow', async () => {
    for (const content of ['null', '[]', '', { status_flow: {} }, { special_statuses: null }])
      await expect(loadWorkflow(await fileWith(content), 'use-built-in')).rejects.toThrow(WorkflowFileError);
  });
});
