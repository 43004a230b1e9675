import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { otherProgramOn } from './other-program.ts';
import { type Ended, sharkFile } from './program.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import type { Running, Settings, Shell, Way } from './shell.ts';

/** A shell that starts processes: the built `shark` and the server. */
export interface ProcessShell extends Shell {
  readonly server: ServerProcess | undefined;
  /** Runs a line with bash, in which `shark` is a function. Pipes and redirections work. */
  type(line: string, settings?: Settings, where?: string): Promise<Ended>;
}

/** The environment contains only the given settings, PATH and a user named `sam`. */
export async function openProcessShell(way: Way, settings: Settings = {}): Promise<ProcessShell> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-shell-'));
  const databaseFile = join(folder, 'shark.db');
  const database = { DATABASE_URL: `file:${databaseFile}` };
  const server =
    way === 'on the file' ? undefined : await startServerProcess({ ...database, ...settings }, sharkFile);
  const environment = {
    PATH: process.env.PATH,
    USER: 'sam',
    ...(server === undefined ? database : { SHARK_URL: server.url }),
    ...settings,
  };
  const run = (command: string, args: readonly string[], more: Settings = {}, where = folder) =>
    running(
      spawn(command, args, {
        cwd: where,
        env: { ...environment, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  const started: Running[] = [];
  const startWith: ProcessShell['startWith'] = (more, ...args) => {
    const program = run(process.execPath, [sharkFile, ...args], more);
    started.push(program);
    return program;
  };
  return {
    folder,
    databaseFile,
    server,
    shark: (...args) => run(process.execPath, [sharkFile, ...args]).ended,
    type: (line, more, where) =>
      run('bash', ['-c', `shark() { "${process.execPath}" "${sharkFile}" "$@"; }\n${line}`], more, where)
        .ended,
    start: (...args) => startWith({}, ...args),
    startWith,
    ...otherProgramOn(databaseFile),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((program) => program.stop()));
      await server?.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function running(child: ChildProcessByStdio<null, Readable, Readable>): Running {
  let stdout = '';
  let stderr = '';
  let look = () => {};
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      look();
      resolve({ code, stdout, stderr });
    });
  });
  return {
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    ended,
    until: (holds) =>
      new Promise<void>((resolve, reject) => {
        look = () => {
          if (holds({ stdout, stderr })) resolve();
          else if (child.exitCode !== null) reject(new Error(`It ended first:\n${stdout}\n${stderr}`));
        };
        look();
      }),
    stop(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
}
