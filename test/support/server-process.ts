import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  /** Where GraphQL is served. */
  readonly url: string;
  readonly pid: number;
  /** What it has printed so far, its log included. */
  readonly printed: string;
  /** Ends the server as an operator does, and waits for it. */
  stop(): Promise<void>;
  /** Ends the server in the middle of whatever it does, as a power cut would, and waits for it. */
  kill(): Promise<void>;
}

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts the server in a process of its own, on a free port, or another program that says like it where it is. Fails
 * with what it printed when it does not start. `fileBlocks` is as long as any file may grow that it writes, in blocks of
 * the shell's.
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
  // Whatever ends this process, the server does not outlive it.
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
