import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

// Installed without the tools of development, nothing can be generated, and a server that was built needs nothing.
if (existsSync('node_modules/prisma')) execSync('npm run generate', { stdio: 'inherit' });
else if (!existsSync('dist/main.js'))
  console.warn(
    'There is nothing to start yet, and what builds it was left out: run npm ci and npm run build first, then npm prune --omit=dev.',
  );
