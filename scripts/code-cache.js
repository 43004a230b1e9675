/*
 * The built program, and what V8 compiled of it. V8 would need more time to compile the program than most commands need
 * for everything else. `write-code-cache.js` writes the cache, and `launcher.js` uses it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

/** The file of the program in a folder, which is a URL that ends with a slash. */
const programIn = (folder) => new URL('program.js', folder);

/** The cache in a folder, for the running version of Node.js. */
export function codeCacheIn(folder) {
  return new URL(`program.${process.version}-${process.arch}.cache`, folder);
}

/** Loads the program. With other settings than V8 had for the cache, it rejects the cache and compiles the program. */
export function loadProgram(folder, cachedData) {
  // The build writes only ASCII characters.
  const source = readFileSync(programIn(folder), 'latin1');
  return new Script(source, { filename: 'program.js', cachedData });
}

/** Runs the program, which reads the arguments of this process. */
export function runProgram(script, folder) {
  const program = programIn(folder);
  script.runInThisContext()(createRequire(program), program.href);
}
