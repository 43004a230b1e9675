import { chmodSync, renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const target = process.argv[2] ?? 'dist';
// Built beside the last build and renamed when complete: another process may be running the last build, or building.
const folder = `${target}.${process.pid}.new`;

await build({
  // The program, and the thread that it starts. They share their modules, so no class exists twice.
  entryPoints: { shark: 'src/main.ts', 'analytics-thread': 'src/worker/thread.ts' },
  outdir: folder,
  bundle: true,
  // What only a server needs stays in files that commands do not read: they would take longer to start.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: '[name]-[hash]',
  sourcemap: true,
  sourcesContent: false,
  // The driver is native code.
  external: ['better-sqlite3'],
  alias: {
    // Two copies of graphql do not recognise each other's types.
    graphql: 'graphql/index.js',
    // The default entry requires its own files in a way that esbuild does not bundle.
    'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
  },
  // Some packages call require().
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
chmodSync(`${folder}/shark.js`, 0o755);
replaceFolder(folder, target, 5);

/** Retries, because another build can put its own folder there in between. */
function replaceFolder(built, place, attempts) {
  rmSync(place, { recursive: true, force: true });
  try {
    renameSync(built, place);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' || attempts === 1) throw error;
    replaceFolder(built, place, attempts - 1);
  }
}
