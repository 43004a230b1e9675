import { chmodSync, renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const target = process.argv[2] ?? 'dist';
// Builds into a temporary folder and renames it when complete, because another process may be using the current build
// or building as well.
const folder = `${target}.${process.pid}.new`;

await build({
  // The program and its worker thread, built together so that they share modules and no class exists twice.
  entryPoints: { shark: 'src/main.ts', 'analytics-thread': 'src/worker/thread.ts' },
  outdir: folder,
  bundle: true,
  // Keeps server code in separate files, so that commands start faster.
  splitting: true,
  // Fewer bytes to read and parse. Names are kept, so that stack traces stay readable.
  minifyWhitespace: true,
  minifySyntax: true,
  // graphql checks for a second copy of itself at each comparison of types, unless this says that none is possible.
  define: { 'process.env.NODE_ENV': '"production"' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: '[name]-[hash]',
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
  // Some CommonJS packages call require(). `createRequire` is a name in a module of the bundle.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
chmodSync(`${folder}/shark.js`, 0o755);
replaceFolder(folder, target, 5);

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
