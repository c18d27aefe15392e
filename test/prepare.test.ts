/** The build as `npm ci` runs it. */
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../experiments/places.js';

describe('the build', function () {
  this.timeout(60_000);
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-build-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves a command that everybody may execute', () => {
    for (const name of ['.config', path.join('experiments', 'cli')]) mkdirSync(path.join(folder, name), { recursive: true });
    copyFileSync(path.join(packageRoot, '.config', 'prepare.mjs'), path.join(folder, '.config', 'prepare.mjs'));
    symlinkSync(path.join(packageRoot, 'node_modules'), path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
    const compilerOptions = { rootDir: '.', outDir: 'dist', types: [], lib: ['es2022'], skipLibCheck: true };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['experiments'] }));
    writeFileSync(path.join(folder, 'experiments', 'cli', 'main.ts'), "#!/usr/bin/env node\nthrow new Error('never run');\n");
    execFileSync(process.execPath, [path.join('.config', 'prepare.mjs')], { cwd: folder });
    expect(statSync(path.join(folder, 'dist', 'experiments', 'cli', 'main.js')).mode & 0o111).equals(0o111);
  });
});
