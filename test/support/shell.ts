import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { type App, createApp } from '../../src/server/app.ts';
import { readConfig } from '../../src/server/config.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { createLog } from '../../src/shared/log.ts';
import { noProgressBar } from '../../src/shared/progress-bar.ts';
import { analyticsThread } from './analytics-thread.ts';
import { type OtherProgram, otherProgramOn } from './other-program.ts';
import type { Ended } from './program.ts';

export type Settings = Readonly<Record<string, string | undefined>>;

/** A shell in a folder with a database. */
export interface Shell extends AsyncDisposable, OtherProgram {
  readonly folder: string;
  readonly databaseFile: string;
  /** The server for the requests of commands. Undefined if commands use the file. */
  readonly server: { readonly url: string } | undefined;
  /** Runs `shark` with these arguments and waits for its exit. */
  shark(...args: string[]): Promise<Ended>;
  /**
   * Runs a command line with its quotes, in the folder of the shell by default. Settings that are undefined are removed
   * from the environment.
   */
  type(line: string, settings?: Settings, where?: string): Promise<Ended>;
  /** Starts `shark` and leaves it running. */
  start(...args: string[]): Running;
  /** The same with other settings. */
  startWith(settings: Settings, ...args: string[]): Running;
}

export interface Running {
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until this is true for the output. Fails with the output if the command ends first. */
  until(holds: (printed: { stdout: string; stderr: string }) => boolean): Promise<void>;
  /** Stops the command. Default: the signal of Ctrl+C. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export type Way = 'on the file' | 'against a server';
export const ways: readonly Way[] = ['on the file', 'against a server'];

/**
 * A shell that starts no process: command lines run completely in this process, and so does the server.
 * The environment contains only the given settings and a user named `sam`. Each line is a single `shark` command.
 * Other features of bash need `openProcessShell`.
 */
export async function openShell(way: Way, settings: Settings = {}): Promise<Shell> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-shell-'));
  const databaseFile = join(folder, 'shark.db');
  const database = { DATABASE_URL: `file:${databaseFile}` };
  const server =
    way === 'on the file' ? undefined : await startServer({ PORT: '0', ...database, ...settings });
  const environment = {
    USER: 'sam',
    ...(server === undefined ? database : { SHARK_URL: server.url }),
    ...settings,
  };
  const started: Running[] = [];
  const run = (args: readonly string[], more: Settings, where = folder) => {
    const command = start({ folder: where, args, environment: { ...environment, ...more } });
    started.push(command);
    return command;
  };
  return {
    folder,
    databaseFile,
    server,
    shark: (...args) => run(args, {}).ended,
    type: (line, more = {}, where = folder) => run(argumentsOf(line), more, where).ended,
    start: (...args) => run(args, {}),
    startWith: (more, ...args) => run(args, more),
    ...otherProgramOn(databaseFile),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((command) => command.stop()));
      await server?.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startServer(settings: Settings): Promise<App> {
  const config = readConfig({ LOG_LEVEL: 'silent', ...settings });
  const app = await createApp(config, {
    clock: systemClock,
    log: createLog(config.logLevel),
    analyticsThread: await analyticsThread(),
  });
  await app.start();
  return app;
}

interface CommandToStart {
  folder: string;
  args: readonly string[];
  environment: Settings;
}

function start({ folder, args, environment }: CommandToStart): Running {
  let stdout = '';
  let stderr = '';
  let exitCode: number | undefined;
  let onChange = () => {};
  const stopHandlers = new Set<(signal: NodeJS.Signals) => void>();
  const print = (text: string) => {
    stdout += text;
    onChange();
  };
  const explain = (text: string) => {
    stderr += text;
    onChange();
  };
  const run = async (): Promise<Ended> => {
    const leave = enter(folder);
    try {
      exitCode = await runCommandLine({
        args,
        environment,
        clock: systemClock,
        print,
        explain,
        isTerminal: false,
        printFile: async (bytes) => print(Buffer.from(bytes).toString()),
        startProgress: noProgressBar,
        standardInput: { isTerminal: false, read: () => Readable.from([]) },
        whenStopped(onStop) {
          stopHandlers.add(onStop);
          return { ignore: () => stopHandlers.delete(onStop) };
        },
        exitAfter() {},
      });
    } finally {
      leave();
    }
    onChange();
    return { code: exitCode, stdout, stderr };
  };
  const ended = run();
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
        onChange = () => {
          if (holds({ stdout, stderr })) resolve();
          else if (exitCode !== undefined) reject(new Error(`It ended first:\n${stdout}\n${stderr}`));
        };
        onChange();
      }),
    stop(signal = 'SIGINT') {
      for (const onStop of stopHandlers) {
        stopHandlers.delete(onStop);
        onStop(signal);
      }
      return ended;
    },
  };
}

const working = { folder: '', commands: 0, before: '' };

/** Changes the working directory of the process until the last command in it has ended. */
function enter(folder: string): () => void {
  if (working.commands === 0) {
    working.folder = folder;
    working.before = process.cwd();
    process.chdir(folder);
  } else if (working.folder !== folder)
    throw new Error(`A command runs in ${working.folder}: wait for it before you start one in ${folder}`);
  working.commands += 1;
  return () => {
    working.commands -= 1;
    if (working.commands === 0) process.chdir(working.before);
  };
}

/** Splits a line into arguments like bash. Supports quotes only. */
function argumentsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
  if (words[0] !== 'shark' || words.some((word) => /^[|&;<>]|[|&;<>]$|^\$/.test(word)))
    throw new Error(`Only bash can run this, see openProcessShell: ${line}`);
  return words.slice(1);
}
