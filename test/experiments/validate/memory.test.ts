import { expect } from 'chai';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';
import { validateMemory } from '../../../experiments/validate/memory.js';
import { InputError } from '../../../sim/errors.js';

const fixtures = path.join(packageRoot, 'test', 'fixtures', 'truth-memory');

describe('memory snapshots against what QEMU did', () => {
  const { files } = validateMemory(fixtures);

  for (const { file, ok, checks } of files) {
    it(`hold for ${file}`, () => {
      expect(checks.filter((check) => !check.ok)).to.deep.equal([]);
      expect(ok).to.equal(true);
      expect(checks).to.not.have.length(0);
    });
  }

  it('count pages of stopped machines and of background snapshots exactly', () => {
    const exact = files.filter(({ file }) => /^(stopcopy|background)/.test(file));
    expect(exact).to.have.length(9);
    for (const { checks } of exact) {
      expect(checks.filter(({ real, simulated }) => real !== simulated).map(({ what }) => what)).to.deep.equal(['bytes']);
    }
  });

  it('find that pre-copy does not converge where QEMU did not', () => {
    const verdicts = files
      .filter(({ file }) => file.startsWith('precopy'))
      .map(({ checks }) => checks.find(({ what }) => what === 'converges'));
    expect(verdicts.filter((check) => check?.real === 'false').map((check) => check?.simulated)).to.deep.equal(['false']);
    expect(verdicts.filter((check) => check?.real === 'true' && check.simulated === 'true')).to.have.length(10);
  });

  it('do not hold where a recording says otherwise', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-truth-memory-'));
    const change = (name: string, from: RegExp, to: string): void => {
      cpSync(path.join(fixtures, name), path.join(folder, name));
      const text = readFileSync(path.join(folder, name), 'utf8');
      expect(text).to.match(from);
      writeFileSync(path.join(folder, name), text.replace(from, to));
    };
    change('stopcopy-m256-fill64.json', /"normal": 41125/, '"normal": 41126');
    change('background-ws16-r0-seq-bw64.json', /"normal": 56727/, '"normal": 56726');
    change('precopy-ws64-r2000-seq-bw64.json', /"rate": 2000/, '"rate": 60000');
    change('q012-savevm-m128-fill16-wt-64k.json', /"writes":7698/, '"writes":7699');
    expect(validateMemory(folder).files.map(({ ok }) => ok)).to.deep.equal([false, false, false, false]);
    rmSync(folder, { recursive: true });
  });

  it('refuse a folder that is none', () => {
    expect(() => validateMemory('nowhere')).to.throw(InputError, 'nowhere: found no such folder');
  });
});
