import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type OtherProgram, otherProgramOn } from './other-program.ts';
import type { Ended } from './program.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** `shark` as it is shipped. */
export const sharkFile = fileURLToPath(new URL('../../dist-test/shark.js', import.meta.url));

/** Somebody at a shell, in a folder with a database of its own. */
export interface Shell extends AsyncDisposable, OtherProgram {
  readonly folder: string;
  readonly databaseFile: string;
  /** The server that is asked; undefined where commands run on the file. */
  readonly server: ServerProcess | undefined;
  /** Runs `shark` with these arguments to its end. */
  shark(...args: string[]): Promise<Ended>;
  /** Runs a line as it would be typed, with quotes and all, by the shell. */
  type(line: string, settings?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Starts `shark` and leaves it running. */
  start(...args: string[]): Running;
  /** The same with other settings. */
  startWith(settings: Readonly<Record<string, string>>, ...args: string[]): Running;
}

export interface Running {
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until this holds for what it has printed; fails with that when it ends before. */
  until(holds: (printed: { stdout: string; stderr: string }) => boolean): Promise<void>;
  /** Ends it as Ctrl+C does unless another signal is given. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export type Way = 'on the file' | 'against a server';
export const ways: readonly Way[] = ['on the file', 'against a server'];

/**
 * A shell where `shark` runs one way or the other. The environment has nothing but what is given here and a user named
 * `sam`.
 */
export async function openShell(way: Way, settings: Readonly<Record<string, string>> = {}): Promise<Shell> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-shell-'));
  const databaseFile = join(folder, 'shark.db');
  const database = { DATABASE_URL: `file:${databaseFile}` };
  const server = way === 'on the file' ? undefined : await startServerProcess({ ...database, ...settings });
  const environment = {
    PATH: process.env.PATH,
    USER: 'sam',
    ...(server === undefined ? database : { SHARK_URL: server.url }),
    ...settings,
  };
  const run = (command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    running(
      spawn(command, args, {
        cwd: folder,
        env: { ...environment, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  const started: Running[] = [];
  const startWith: Shell['startWith'] = (more, ...args) => {
    const program = run(process.execPath, [sharkFile, ...args], more);
    started.push(program);
    return program;
  };
  return {
    folder,
    databaseFile,
    server,
    shark: (...args) => run(process.execPath, [sharkFile, ...args]).ended,
    type: (line, more) =>
      run('bash', ['-c', `shark() { "${process.execPath}" "${sharkFile}" "$@"; }\n${line}`], more).ended,
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
