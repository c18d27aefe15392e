/** Where things lie: the package's own folder, and the folder of reference data beside it, which may be absent. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, found from wherever this file was compiled to. */
export const packageRoot = ((): string => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
})();

/** A folder of reference data: `$SNAPSIM_SHARED/name` or `../shared/name`; null where it is absent. */
export function sharedFolder(name: string): string | null {
  const folder = path.resolve(process.env['SNAPSIM_SHARED'] ?? path.join(packageRoot, '..', 'shared'), name);
  return existsSync(folder) ? folder : null;
}
