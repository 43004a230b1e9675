import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../shared/package-folder.ts';

/** The version in package.json. */
export function version(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
