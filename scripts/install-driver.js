import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Runs after `npm install`. better-sqlite3 13 has binaries for Node-API 10, which Node.js has since 22.14. For an older
// Node.js, this script installs better-sqlite3 12 and compiles it. src/db/sqlite/driver.ts loads the same version.
if (Number(process.versions.napi) < 10) installDriver();

function installDriver() {
  const manifest = fileURLToPath(new URL('driver-for-node-20', import.meta.url));
  // npm keeps folders in node_modules whose names start with a dot, for example when it prunes.
  const folder = fileURLToPath(new URL('../node_modules/.better-sqlite3-12', import.meta.url));
  const binary = join(folder, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node');
  if (existsSync(binary)) return;

  rmSync(folder, { recursive: true, force: true });
  cpSync(manifest, folder, { recursive: true });
  const { npm_execpath: npm } = process.env;
  const [command, ...args] = npm === undefined ? ['npm'] : [process.execPath, npm];
  // These options override the options of the npm that runs this script.
  const options = ['--global=false', '--ignore-scripts=false', '--dry-run=false', '--loglevel=error'];
  execFileSync(command, [...args, 'ci', '--prefix', folder, ...options], { cwd: folder, stdio: 'inherit' });
}
