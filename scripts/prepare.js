import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

// Runs after `npm install`. Builds the program if the development dependencies are installed. If the source is not
// there yet, as in the Dockerfile, generates only the types of the tables.
if (!keepsBuild() && existsSync('node_modules/esbuild'))
  execSync(existsSync('src/main.ts') ? 'npm run build' : 'npm run generate', { stdio: 'inherit' });
else if (!existsSync('dist/shark.js'))
  console.warn(
    'The program is not built, and the development dependencies that build it are not installed. Run: npm ci && npm run build && npm prune --omit=dev',
  );

/** `npx shark` in a checkout runs this script first. It must start fast, so an existing build is kept. */
function keepsBuild() {
  return process.env.npm_command === 'exec' && existsSync('dist/shark.js');
}
