/** The packages that snapsim needs where it runs, with the licence that each states: read from what is installed, through the lock file. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package states it. */
  readonly licence: string;
}

interface Locked {
  readonly version: string;
  readonly dev?: true;
  readonly optional?: true;
  readonly license?: string;
  readonly hasInstallScript?: true;
}

const lockOf = (root: string): [string, Locked][] => {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
  return Object.entries(lock.packages).filter(([place, { dev }]) => place !== '' && dev !== true);
};

/** By name, then version. Packages for other machines are among them: their licence is in the lock file. */
export function runtimePackages(root: string): LicensedPackage[] {
  return lockOf(root)
    .map(([place, { version, license }]) => ({
      name: place.split('node_modules/').pop()!,
      version,
      licence: license ?? statedBy(root, place),
    }))
    .sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}

/** Runtime packages that run something when they are installed. */
export const runtimeInstallScripts = (root: string): string[] =>
  lockOf(root).flatMap(([place, { hasInstallScript }]) => (hasInstallScript === true ? [place] : []));

/** What the package's own files say, where the lock file says nothing: the field of package.json, or the title of its LICENSE. */
function statedBy(root: string, place: string): string {
  const [about, text] = ['package.json', 'LICENSE'].map((name) => path.join(root, place, name));
  if (!existsSync(about!)) return 'not stated';
  const { license } = JSON.parse(readFileSync(about!, 'utf8')) as { license?: string | { type: string } };
  if (license !== undefined) return typeof license === 'string' ? license : license.type;
  return existsSync(text!) && readFileSync(text!, 'utf8').startsWith('MIT License') ? 'MIT' : 'not stated';
}

/** A table for the reader. */
export const licenceTable = (packages: readonly LicensedPackage[]): string =>
  [
    '# Licences of the packages that snapsim needs',
    '',
    'Those that `npm ci --omit=dev` may install, other machines included. A test holds this list against the lock file.',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`),
    '',
  ].join('\n');
