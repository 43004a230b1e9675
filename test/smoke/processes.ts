import { spawn } from 'node:child_process';
import { dirname, delimiter } from 'node:path';

/** How a process ended, with its output. `code` is null if a signal ended the process, for example SIGABRT. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

export interface RunOptions {
  folder: string;
  settings?: Readonly<Record<string, string>>;
}

/** Runs a JavaScript program with another Node.js, which is also the first `node` in PATH. */
export function runWith(node: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = start(node, args, options);
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
}

export function start(node: string, args: readonly string[], { folder, settings = {} }: RunOptions) {
  const PATH = [dirname(node), process.env.PATH].join(delimiter);
  return spawn(node, args, {
    cwd: folder,
    env: { ...environmentWithoutNpm(), PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The npm that runs this program sets variables that would change the npm of another folder. */
function environmentWithoutNpm(): NodeJS.ProcessEnv {
  const own = ([name]: [string, unknown]) => !/^(npm_|INIT_CWD|DATABASE_URL|SHARK_)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(own));
}
