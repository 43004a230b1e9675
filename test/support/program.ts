import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The built `shark`, which `build-program.ts` creates. */
export const sharkFile = fileURLToPath(new URL('../../dist-test/shark.js', import.meta.url));

export interface ProgramOptions {
  folder: string;
  settings?: Readonly<Record<string, string>>;
  /** The user that runs the program. Default: the user that runs the tests. */
  user?: { uid?: number; gid?: number };
}

/** Starts the program in its own process with only these arguments and settings. */
export function startProgram(args: readonly string[], { folder, settings = {}, user = {} }: ProgramOptions) {
  return spawn(process.execPath, [sharkFile, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
}

/** Runs the program in its own process and waits for its end. */
export function runProgram(args: readonly string[], options: ProgramOptions): Promise<Ended> {
  const child = startProgram(args, options);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
