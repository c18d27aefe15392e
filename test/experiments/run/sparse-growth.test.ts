import { expect } from 'chai';
import { sparseGrowth } from '../../../experiments/run/sparse-growth.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { MiB } from '../../../sim/units.js';

const options = { rounds: 2, files: 600, compiled: 200, compileTime: '200ms' };
const grown = (format: string): readonly number[] => sparseGrowth({ testbed: fvd, format, options, seed: 1 }).usedBytes;

describe('the growth of sparse images', () => {
  const qcow2 = grown('qcow2-0.12');
  const fvdImage = grown('fvd-paper');

  it('is noted for a new image, formatted, unpacked, and after each round', () => expect(qcow2).to.have.length(3 + options.rounds));

  it('starts from nothing, and never shrinks', () => {
    for (const used of [qcow2, fvdImage]) {
      expect(used[0]).to.be.below(2 * MiB);
      for (let i = 1; i < used.length; i++) expect(used[i]).to.be.at.least(used[i - 1]!);
      expect(used.at(-1)).to.be.above(used[1]!);
    }
  });

  it('is larger in clusters of 64 KiB than in blocks of 4 KiB', () => {
    for (let i = 1; i < qcow2.length; i++) expect(qcow2[i]).to.be.above(fvdImage[i]!);
  });
});
