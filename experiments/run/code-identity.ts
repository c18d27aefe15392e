/**
 * What a stored result depends on besides its settings: the code that ran. It is told by the text of the modules themselves, so changes
 * that are not committed count, and changes of what no run uses do not.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson, sha256 } from '../../results/provenance.js';

/**
 * A hash over a compiled module and all that it imports by relative paths, with the versions of Node and of the packages.
 * @param packageFile package.json, for the packages' versions
 */
export function codeIdentity(entry: URL, packageFile: string): string {
  const entryFile = fileURLToPath(entry);
  const modules = new Map<string, string>();
  collect(entryFile, modules);
  const { dependencies } = JSON.parse(readFileSync(packageFile, 'utf8')) as { dependencies?: Readonly<Record<string, string>> };
  const texts = [...modules].map(([file, text]): [string, string] => [path.relative(path.dirname(entryFile), file), sha256(text)]);
  return sha256(canonicalJson({ modules: Object.fromEntries(texts), dependencies: dependencies ?? {}, node: process.version })).slice(
    0,
    16,
  );
}

const specifier = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*['"](\.[^'"]*\.js)['"]/g;

function collect(file: string, modules: Map<string, string>): void {
  if (modules.has(file)) return;
  const text = readFileSync(file, 'utf8');
  modules.set(file, text);
  for (const [, target] of text.matchAll(specifier)) collect(path.resolve(path.dirname(file), target!), modules);
}
