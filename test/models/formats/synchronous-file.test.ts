import { expect } from 'chai';
import { SynchronousFile } from '../../../models/formats/synchronous-file.js';
import { Plan, Purpose } from '../../../models/io/plan.js';
import type { CacheMode } from '../../../models/io/image-format.js';
import { planText } from './plans.js';

const made = (cache: CacheMode): { file: SynchronousFile; plan: Plan } => {
  const file = new SynchronousFile(0, { role: 'image', name: 'x', bytes: 0 });
  file.open(cache);
  return { file, plan: new Plan() };
};

describe('synchronous file', () => {
  it('reads a partial sector at each end alone, whole sectors in between in one go', () => {
    const { file, plan } = made('writethrough');
    file.read(plan, 1000, 2000);
    expect(planText(plan)).to.deep.equal(['R 0 512+512!', 'R 0 1024+1536!', 'R 0 2560+512!']);
  });

  it('reads a piece inside one sector once', () => {
    const { file, plan } = made('writethrough');
    file.read(plan, 72, 8);
    expect(planText(plan)).to.deep.equal(['R 0 0+512!']);
  });

  it('reads partial sectors before it writes them', () => {
    const { file, plan } = made('writethrough');
    file.write(plan, 508, 1032);
    expect(planText(plan)).to.deep.equal(['R 0 0+512!', 'W 0 0+512!', 'W 0 512+1024!', 'R 0 1536+512!', 'W 0 1536+512!']);
    expect(file.file.bytes).to.equal(2048);
  });

  it('splits transfers under O_DIRECT and flushes each metadata write once', () => {
    const { file, plan } = made('none');
    file.write(plan, 0, 40960);
    expect(planText(plan)).to.deep.equal(['W 0 0+16384!', 'W 0 16384+16384!', 'W 0 32768+8192!', 'F 0 0+0!']);
  });

  it('flushes but does not split in writeback', () => {
    const { file, plan } = made('writeback');
    file.write(plan, 0, 40960);
    file.readSectors(plan, 0, 40960, Purpose.COPY);
    expect(planText(plan)).to.deep.equal(['W 0 0+40960!', 'F 0 0+0!', 'R 0 0+40960!']);
  });
});
