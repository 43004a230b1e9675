#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

/*
 * Starts the built program. V8 would need more time to compile it than most commands need for everything else. The
 * build has stored what V8 compiled, and a start with the same version of Node.js uses that instead.
 */

const program = new URL('program.js', import.meta.url);
const cache = new URL(`program.${process.version}-${process.arch}.cache`, import.meta.url);
const script = new Script(readFileSync(program, 'latin1'), {
  filename: 'program.js',
  // With other settings than during the build, V8 rejects the cache and compiles the program.
  ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
});
const run: unknown = script.runInThisContext();
if (typeof run === 'function') run(createRequire(program), program.href);
