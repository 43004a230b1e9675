import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `shark` as it is shipped, which `build-program.ts` builds. */
export const sharkFile = fileURLToPath(new URL('../../dist-test/shark.js', import.meta.url));

/** Runs the program in a process of its own, as an operator would, with these arguments and settings and no others. */
export function runProgram(
  args: readonly string[],
  { folder, settings = {} }: { folder: string; settings?: Readonly<Record<string, string>> },
): Promise<Ended> {
  const child = spawn(process.execPath, [sharkFile, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
