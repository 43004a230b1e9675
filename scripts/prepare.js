import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

// Installed without the tools of development, nothing can be built, and what was built needs nothing. Where the source
// comes later, as in the Dockerfile, what it is built with can be made ready.
if (!isKept() && existsSync('node_modules/prisma'))
  execSync(existsSync('src/main.ts') ? 'npm run build' : 'npm run generate', { stdio: 'inherit' });
else if (!existsSync('dist/shark.js'))
  console.warn(
    'There is nothing to start yet, and what builds it was left out: run npm ci and npm run build first, then npm prune --omit=dev.',
  );

/** npx asks for this before its first shark in a checkout: what was built stays, and nobody has to wait. */
function isKept() {
  return process.env.npm_command === 'exec' && existsSync('dist/shark.js');
}
