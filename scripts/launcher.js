#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { codeCacheIn, loadProgram, runProgram } from './code-cache.js';

// The build makes dist/shark.js of this file. It starts the program with the code cache, if there is one for the running
// version of Node.js.
const folder = new URL('./', import.meta.url);
const cache = codeCacheIn(folder);
runProgram(loadProgram(folder, existsSync(cache) ? readFileSync(cache) : undefined), folder);
