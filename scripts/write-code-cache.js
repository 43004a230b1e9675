import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { codeCacheIn, loadProgram, runProgram } from './code-cache.js';

// Runs typical commands with the built program, and stores what V8 compiled for them.
const folder = pathToFileURL(`${process.argv[2]}/`);
const script = loadProgram(folder);

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
  runProgram(script, folder);
});
process.on('exit', () => {
  // A command that fails, for example without the SQLite driver, must not break the build.
  process.exitCode = 0;
  writeFileSync(codeCacheIn(folder), script.createCachedData());
});
