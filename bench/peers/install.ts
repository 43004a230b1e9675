import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Installs the packages of the peers into this folder, unless they are there. PostGraphile is large, and optional. */
export function installPeers({ postgraphile }: { postgraphile: boolean }): void {
  const needed = postgraphile ? ['mercurius', 'postgraphile'] : ['mercurius'];
  if (needed.every(isInstalled)) return;
  console.log('Installing the peers into bench/peers/node_modules');
  const without = postgraphile ? [] : ['--omit=optional'];
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...without], {
    cwd: here,
    stdio: 'inherit',
  });
}

/** Also false after a change of the lock file. */
function isInstalled(name: string): boolean {
  const record = `${here}/node_modules/.package-lock.json`;
  return (
    existsSync(`${here}/node_modules/${name}`) &&
    statSync(record).mtimeMs >= statSync(`${here}/package-lock.json`).mtimeMs
  );
}
