import { expect } from 'chai';
import { BlockLayerFile } from '../../../models/formats/block-layer-file.js';
import type { CacheMode } from '../../../models/io/image-format.js';
import { Plan } from '../../../models/io/plan.js';
import { planText } from './plans.js';

function written(cache: CacheMode, act: (file: BlockLayerFile, plan: Plan) => void): string[] {
  const file = new BlockLayerFile({ role: 'image', name: 'a', bytes: 0 });
  const plan = new Plan();
  file.open(cache);
  file.beginChain();
  act(file, plan);
  for (let i = 0; i < plan.size; i++) expect(plan.after[i], `what entry ${i} waits for`).to.equal(i - 1);
  return planText(plan);
}

describe('a file of the block layer of QEMU 7.2', () => {
  it('reads the sectors first that an unaligned write past the cache does not cover', () => {
    expect(written('none', (file, plan) => file.write(plan, 1540, 4))).to.deep.equal(['R 0 1536+512', 'W 0 1536+512']);
    expect(written('none', (file, plan) => file.write(plan, 0, 700))).to.deep.equal(['R 0 512+512', 'W 0 0+1024']);
    expect(written('none', (file, plan) => file.write(plan, 500, 24))).to.deep.equal(['R 0 0+1024', 'W 0 0+1024']);
    expect(written('none', (file, plan) => file.write(plan, 500, 1500))).to.deep.equal(['R 0 0+512', 'R 0 1536+512', 'W 0 0+2048']);
  });

  it('writes through the cache as it is', () => {
    expect(written('writeback', (file, plan) => file.write(plan, 1540, 4))).to.deep.equal(['W 0 1540+4']);
    expect(written('writeback', (file, plan) => file.read(plan, 4, 75))).to.deep.equal(['R 0 4+75']);
  });

  it('flushes once after a write, and never without one', () => {
    const flushTwice = (file: BlockLayerFile, plan: Plan): void => {
      file.flush(plan);
      file.write(plan, 0, 512);
      file.flush(plan);
      file.flush(plan);
    };
    expect(written('none', flushTwice)).to.deep.equal(['W 0 0+512', 'F 0 0+0']);
  });

  it('looks for the alignment only past the cache', () => {
    expect(written('none', (file, plan) => file.probeAlignment(plan))).to.deep.equal(['R 0 0+512', 'R 0 0+4096']);
    expect(written('writethrough', (file, plan) => file.probeAlignment(plan))).to.deep.equal([]);
  });
});
