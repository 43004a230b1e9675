import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The folder in which the tests build the program. It is not the working directory of the program. */
const folder = 'dist-test';

/** Before all tests: builds the program for release, unless this Node.js made a build that is newer than the source. */
export default function buildProgram(): void {
  const built = join(project, folder, `program.${process.version}-${process.arch}.cache`);
  if (
    existsSync(built) &&
    statSync(built).mtimeMs > newestIn('src', 'scripts', 'config', 'package-lock.json')
  )
    return;
  execFileSync(process.execPath, ['scripts/build.js', folder], { cwd: project, stdio: 'inherit' });
}

/** The time of the last change in these files and folders. */
function newestIn(...names: readonly string[]): number {
  const files = names.flatMap((name) => {
    const path = join(project, name);
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file));
  });
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
