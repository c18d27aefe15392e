/** Where things lie: the package's own folder, and the folder of reference data beside it, which may be absent. */
import { existsSync, readFileSync } from 'node:fs';
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

/** The version that package.json states. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
