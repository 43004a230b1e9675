import { type ChildProcessByStdio } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fiftyCommands } from './commands.ts';
import { type Ended, runWith, start } from './processes.ts';

/** An installed copy of the project, and the Node.js that runs it. */
export interface Installation {
  node: string;
  checkout: string;
  /** An empty folder for databases. */
  folder: string;
}

/** Installs the dependencies and builds the program. Throws an error if this compiles native code. */
export async function install(node: string, checkout: string): Promise<void> {
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error('Run this program with npm: npm run test:nodes');
  const ended = await runWith(node, [npm, 'ci'], { folder: checkout });
  if (ended.code !== 0) throw new Error(`npm ci failed:\n${described(ended)}`);
  const driver = join(checkout, 'node_modules/better-sqlite3');
  // An older npm runs node-gyp, which finds the binary and compiles nothing.
  if (
    existsSync(join(driver, 'build/Release/better_sqlite3.node')) ||
    readdirSync(join(checkout, 'node_modules')).includes('.better-sqlite3-12')
  )
    throw new Error('npm ci compiled the SQLite driver');
}

/** Runs fifty commands on a new database file. Returns a line for each command that ended unexpectedly. */
export async function runCommands({ node, checkout, folder }: Installation): Promise<string[]> {
  const settings = { DATABASE_URL: `file:${folder}/shark.db`, USER: 'sam' };
  const shark = join(checkout, 'dist/shark.js');
  const failures: string[] = [];
  for (const { args, exitCode } of fiftyCommands(folder)) {
    const ended = await runWith(node, [shark, ...args], { folder, settings });
    if (ended.code !== exitCode || ended.signal !== null)
      failures.push(`shark ${args.join(' ')}: expected code ${exitCode}, got ${described(ended)}`);
  }
  const left = readdirSync(folder).filter((name) => !name.endsWith('.db'));
  if (left.length > 0) failures.push(`The commands left ${left.join(', ')}, so a connection was not closed`);
  return failures;
}

/** Starts a server, claims a task over HTTP, and stops the server. Throws an error if that fails. */
export async function claimOverHttp({ node, checkout, folder }: Installation): Promise<void> {
  const settings = { DATABASE_URL: `file:${folder}/server.db`, PORT: '0', LOG_LEVEL: 'error' };
  const shark = join(checkout, 'dist/shark.js');
  for (const line of [
    'epic create Sign-in',
    'feature create Tokens --epic=E01',
    'task create Issue --feature=E01-F01 --status=ready_for_development',
  ]) {
    const ended = await runWith(node, [shark, ...line.split(' ')], { folder, settings });
    if (ended.code !== 0) throw new Error(`shark ${line}: ${described(ended)}`);
  }

  const server = start(node, [shark, 'serve'], { folder, settings });
  const ended = new Promise<Ended>((resolve) => {
    server.once('close', (code, signal) => resolve({ code, signal, output: '' }));
  });
  try {
    const response = await fetch(await urlOf(server), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `mutation { claimTask(input: { taskKey: "T-E01-F01-001", agentId: "ada" }) {
          ... on ClaimTaskPayload { task { status } } } }`,
      }),
    });
    const text = await response.text();
    if (text !== '{"data":{"claimTask":{"task":{"status":"in_development"}}}}')
      throw new Error(`The claim over HTTP failed: ${text}`);
  } finally {
    server.kill('SIGTERM');
  }
  const how = await ended;
  if (how.code !== 0) throw new Error(`The server ended with ${described(how)}`);
}

/** Waits for the line with the URL. */
async function urlOf(server: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  let output = '';
  server.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  for await (const line of createInterface(server.stdout)) {
    const [, url] = /is ready at (\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
    output += `${line}\n`;
  }
  throw new Error(`The server did not start:\n${output}`);
}

function described({ code, signal, output }: Ended): string {
  return `${signal ?? `code ${code}`}\n${output.trim().split('\n').slice(-10).join('\n')}`;
}
