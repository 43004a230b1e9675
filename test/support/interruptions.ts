import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openConnection } from '../../src/db/sqlite/driver.ts';
import { type Ended, sharkFile } from './program.ts';
import { createSharkDatabase } from './shark-databases.ts';

/** The signals that stop a command, and the exit code for each. */
export const stopSignals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type StopSignal = keyof typeof stopSignals;

export interface CommandToStop {
  args: readonly string[];
  folder: string;
  settings: Readonly<Record<string, string>>;
  /** Whether the user must not be root, who may read and write everything. */
  unprivileged?: boolean;
}

/** Starts the built `shark`, which the test can stop with a signal. */
export function startCommand({ args, folder, settings, unprivileged = false }: CommandToStop) {
  const child = spawn(process.execPath, [sharkFile, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, USER: 'sam', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(unprivileged && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended & { signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      if (child.exitCode !== null) throw new Error(`It ended too early:\n${stdout}\n${stderr}`);
      await delay(1);
    }
  };
  return {
    ended,
    /** Waits until the condition holds. Fails if the command ends first. */
    until,
    /** Sends a signal as soon as the condition holds. */
    async stopWhen(signal: NodeJS.Signals, holds: () => boolean) {
      await until(holds);
      child.kill(signal);
      return ended;
    },
    async stopAfter(signal: NodeJS.Signals, ms: number) {
      await delay(ms);
      child.kill(signal);
      return ended;
    },
    /** Waits for this text on standard output. */
    async printed(text: RegExp): Promise<RegExpExecArray | null> {
      await until(() => text.test(stdout));
      return text.exec(stdout);
    },
    stop(signal: NodeJS.Signals) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Whether a command is writing a file into the folder. */
export const isWriting = (folder: string) =>
  existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('.shark-'));

/** Creates a database of an older version of this size, which a command copies before it migrates the database. */
export function createLargeDatabase(file: string, { megabytes }: { megabytes: number }): void {
  createSharkDatabase('recent', file);
  const connection = openConnection(file);
  connection.exec(`
    PRAGMA journal_mode = DELETE;
    CREATE TABLE attachments (content BLOB);
    WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < ${megabytes})
    INSERT INTO attachments SELECT zeroblob(1000000) FROM number`);
  connection.close();
}
