import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of this package, the same whether the program runs from its source or from a build. */
export const packageFolder = findPackageFolder(new URL('.', import.meta.url));

function findPackageFolder(folder: URL): string {
  if (existsSync(new URL('package.json', folder))) return fileURLToPath(folder);
  const parent = new URL('..', folder);
  if (parent.href === folder.href)
    throw new Error('The program is not inside its package: package.json is missing');
  return findPackageFolder(parent);
}
