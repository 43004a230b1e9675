import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

// Runs typical commands with the built program, and stores what V8 compiled for them. src/start.ts uses it.
const folder = pathToFileURL(`${process.argv[2]}/`);
const program = new URL('program.js', folder);
const script = new Script(readFileSync(program, 'latin1'), { filename: 'program.js' });

const task = 'T-E01-F01-001';
const commands = [
  ['epic', 'create', 'Epic'],
  ['feature', 'create', 'Feature', '--epic=E01'],
  ['task', 'create', 'Task', '--feature=E01-F01'],
  ['task', 'finish', task, '--json'],
  ['task', 'next', '--claim', '--agent=build'],
  ['task', 'sessions', '--active'],
  ['task', 'finish', task, '--notes=Done'],
  ['task', 'claim', task, '--agent=build', '--json'],
  ['task', 'list'],
];

// A command has ended when the process has nothing left to do.
process.on('beforeExit', () => {
  const command = commands.shift();
  if (command === undefined) return;
  process.argv.splice(1, Infinity, 'shark', ...command);
  script.runInThisContext()(createRequire(program), program.href);
});
process.on('exit', () => {
  // A command that fails, for example without the SQLite driver, must not break the build.
  process.exitCode = 0;
  writeFileSync(
    new URL(`program.${process.version}-${process.arch}.cache`, folder),
    script.createCachedData(),
  );
});
