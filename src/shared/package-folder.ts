import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root folder of this package, which contains package.json. The folder `dist` has a package.json as well. */
export const packageFolder = findPackageFolder(new URL('..', import.meta.url));

function findPackageFolder(folder: URL): string {
  if (existsSync(new URL('package.json', folder))) return fileURLToPath(folder);
  const parent = new URL('..', folder);
  if (parent.href === folder.href)
    throw new Error(
      'package.json was not found in any parent folder of the program. Install the package again',
    );
  return findPackageFolder(parent);
}
