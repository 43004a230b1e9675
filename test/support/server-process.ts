import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  /** The URL of the GraphQL endpoint. */
  readonly url: string;
  readonly pid: number;
  /** The output so far, including the log. */
  readonly printed: string;
  /** Stops the server as an operator does, and waits for its exit. */
  stop(): Promise<void>;
  /** Kills the server, like a power failure, and waits for its exit. */
  kill(): Promise<void>;
}

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts the server, or another program that prints its URL in the same way, in its own process on a free port. Fails
 * with its output if it does not start. `fileBlocks` limits the size of each file that it writes, in blocks of
 * the shell.
 */
export async function startServerProcess(
  settings: Readonly<Record<string, string | undefined>>,
  program = 'src/main.ts',
  { fileBlocks }: { fileBlocks?: number } = {},
): Promise<ServerProcess> {
  const loader = program.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks}; `;
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, ...loader, program, 'serve'], {
    cwd: project,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'error', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The server is killed when this process exits.
  const endWithParent = () => child.kill('SIGKILL');
  process.once('exit', endWithParent);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      process.off('exit', endWithParent);
      resolve();
    });
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal);
    await ended;
  };
  const output = { printed: '' };
  const url = await readUrl(child, output);
  if (child.pid === undefined) throw new Error('The server has no process');
  return {
    url,
    pid: child.pid,
    get printed() {
      return output.printed;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function readUrl(child: ChildProcess, output: { printed: string }): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The output of the server cannot be read');
  return new Promise((resolve, reject) => {
    createInterface(stdout).on('line', (line) => {
      output.printed += `${line}\n`;
      const [, url] = /ready at (http\S+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
    createInterface(stderr).on('line', (line) => {
      output.printed += `${line}\n`;
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`The server did not start:\n${output.printed}`)));
  });
}
