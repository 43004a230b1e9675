import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

export type Program = 'plain' | 'yoga-alone' | 'postgraphile' | 'load';

/** Compiles the peers and the load generator, so that no measurement includes compiling TypeScript. */
export async function buildPeers(): Promise<void> {
  await build({
    entryPoints: {
      plain: `${here}/servers/plain.ts`,
      'yoga-alone': `${here}/servers/yoga-alone.ts`,
      postgraphile: `${here}/servers/postgraphile.js`,
      load: `${here}/load/main.ts`,
    },
    outdir: `${here}/dist`,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
}

export function compiled(program: Program): string {
  return `${here}/dist/${program}.js`;
}
