import { execFileSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const wanted = process.argv[2] ?? 'dist';
// Made beside it, and put in its place when it is whole: somebody may be at work with what was built last, and
// somebody else may be building as well.
const folder = `${wanted}.${process.pid}.new`;

execFileSync('npx', ['tsc', '-p', 'config/tsconfig.build.json', '--outDir', folder], { stdio: 'inherit' });

// A server takes its time to start; a command should not. Most of that time goes into finding a thousand files.
await build({
  entryPoints: { shark: `${folder}/main.js` },
  outdir: `${folder}/bin`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: '[name]-[hash]',
  // What runs servers stays as it is, and so does the driver, which is not JavaScript.
  external: [`./${folder}/operate.js`, 'better-sqlite3'],
  // The same copy for all: two do not know each other's types.
  alias: { graphql: 'graphql/index.js' },
  // Packages that are written for require() find it here.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
chmodSync(`${folder}/bin/shark.js`, 0o755);
putInPlace(folder, wanted, 5);

/** Whoever builds at the same moment may have put theirs there in between. */
function putInPlace(made, place, attempts) {
  rmSync(place, { recursive: true, force: true });
  try {
    renameSync(made, place);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' || attempts === 1) throw error;
    putInPlace(made, place, attempts - 1);
  }
}
