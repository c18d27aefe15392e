/** A copy of the compiled package to which a walk-through adds its file and its line, as a user would in a checkout. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../experiments/places.js';

/** Where this package was compiled to. */
const built = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const folders = ['sim', 'traces', 'models', 'results', 'experiments', 'test/conformance', 'test/support', 'test/walkthrough'];

export interface Addition {
  /** The walk-through's module, and what it exports. */
  readonly module: URL;
  readonly exported: string;
  /** The index that gets the line, and the registry in it. */
  readonly index: string;
  readonly registry: string;
  readonly line: string;
}

export class PackageCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'snapsim-walkthrough-'));

  constructor({ module, exported, index, registry, line }: Addition) {
    for (const folder of folders) cpSync(path.join(built, folder), path.join(this.folder, folder), { recursive: true });
    for (const name of ['package.json', 'node_modules']) symlinkSync(path.join(packageRoot, name), path.join(this.folder, name));
    symlinkSync(path.join(packageRoot, 'traces', 'samples'), path.join(this.folder, 'traces', 'samples'));
    cpSync(path.join(packageRoot, 'experiments', 'claims', 'data'), path.join(this.folder, 'experiments', 'claims', 'data'), {
      recursive: true,
    });
    const file = path.join(this.folder, index);
    const from = path.relative(path.dirname(file), path.join(this.folder, path.relative(built, fileURLToPath(module))));
    const before = readFileSync(file, 'utf8');
    const after = before.replace(new RegExp(`\\('${registry}', \\{\n`), (start) => `${start}  ${line}\n`);
    if (after === before) throw new Error(`no registry '${registry}' in ${index}`);
    writeFileSync(file, `import { ${exported} } from '${from}';\n${after}`);
  }

  run(...words: readonly string[]): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, words, { cwd: this.folder, encoding: 'utf8' });
  }

  snapsim(...words: readonly string[]): SpawnSyncReturns<string> {
    return this.run('experiments/cli/main.js', ...words);
  }

  /** The package that was copied, without the addition. */
  original(...words: readonly string[]): SpawnSyncReturns<string> {
    return this.run(path.join(built, 'experiments/cli/main.js'), ...words);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
