import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Inside the project, so that the driver is found. */
const folder = new URL('../../node_modules/.cache/shark-sessions/', import.meta.url);
const file = new URL(`analytics-thread-${process.pid}.js`, folder);

let built: Promise<URL> | undefined;

/**
 * The module of the analytics threads, built once for all apps of this process. From source, each thread would load
 * and compile half of the program.
 */
export function analyticsThread(): Promise<URL> {
  built ??= buildThread();
  return built;
}

async function buildThread(): Promise<URL> {
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/worker/thread.ts', import.meta.url))],
    outfile: fileURLToPath(file),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['better-sqlite3'],
    alias: { graphql: 'graphql/index.js' },
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
  });
  process.once('exit', () => rmSync(file, { force: true }));
  return file;
}
