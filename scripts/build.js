import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const target = process.argv[2] ?? 'dist';
// Builds into a temporary folder and renames it when complete, because another process may be using the current build
// or building as well.
const folder = `${target}.${process.pid}.new`;
// After an error or a signal, no incomplete build is left.
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => process.exit(128 + constants.signals[signal]));

const common = {
  outdir: folder,
  bundle: true,
  // Fewer bytes to read and parse. Names are kept, so that stack traces stay readable.
  minifyWhitespace: true,
  minifySyntax: true,
  // graphql checks for a second copy of itself at each comparison of types, unless this says that none is possible.
  define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'fileUrl' },
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  // Native code cannot be bundled.
  external: ['better-sqlite3'],
  alias: {
    // Without the alias, two copies of graphql are loaded, and each rejects the types of the other.
    graphql: 'graphql/index.mjs',
    // The default entry requires its own files in a way that esbuild does not bundle.
    'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
  },
  legalComments: 'linked',
  logLevel: 'warning',
};

await Promise.all([
  build({
    ...common,
    entryPoints: {
      shark: 'scripts/launcher.js',
      'analytics-thread': 'src/worker/thread.ts',
      // GraphiQL is larger than everything else together, and most servers never show it.
      graphiql: '@graphql-yoga/render-graphiql',
    },
    banner: { js: "const fileUrl = require('node:url').pathToFileURL(__filename).href;" },
  }),
  // The whole program is one script, because V8 can store what it compiled of a script. A part of the program still
  // starts only when it is imported.
  build({
    ...common,
    entryPoints: { program: 'src/main.ts' },
    // The script is a function, which code-cache.js calls.
    banner: { js: '(function (require, fileUrl) {' },
    footer: { js: '})' },
    external: [...common.external, './graphiql.js'],
    alias: { ...common.alias, '@graphql-yoga/render-graphiql': './graphiql.js' },
    // Only modules can import others.
    supported: { 'dynamic-import': false },
  }),
]);
// Node.js loads CommonJS files faster than modules.
writeFileSync(`${folder}/package.json`, '{ "type": "commonjs" }\n');
chmodSync(`${folder}/shark.js`, 0o755);
writeCodeCache();
replaceFolder(folder, target, 5);

/** Runs commands on a temporary database, and stores what V8 compiled for them. */
function writeCodeCache() {
  const workFolder = mkdtempSync(join(tmpdir(), 'shark-build-'));
  try {
    execFileSync(
      process.execPath,
      [fileURLToPath(new URL('write-code-cache.js', import.meta.url)), resolve(folder)],
      // Without other settings of this environment, which could change what the commands do.
      { cwd: workFolder, env: { USER: 'build' }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
  } finally {
    rmSync(workFolder, { recursive: true });
  }
}

/** Retries, because another build may create the same folder between the removal and the rename. */
function replaceFolder(built, destination, attempts) {
  rmSync(destination, { recursive: true, force: true });
  try {
    renameSync(built, destination);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' || attempts === 1) throw error;
    replaceFolder(built, destination, attempts - 1);
  }
}
