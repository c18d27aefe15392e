/** Zeros into a part of a cluster that another request is writing to: qcow2's tables do not tell of that write yet. */
import { Op } from '../../models/io/image-format.js';
import { runCase, type Case } from './format-cases.js';

const options = { l2Cache: 512, l2CacheEntry: 512, lazyRefcounts: false, refcountCache: 512 };

const data = (
  op: Op.WRITE | Op.WRITE_ZEROES | Op.WRITE_ZEROES_UNMAP,
  sector: number,
  sectors: number,
  of: number,
): Case['acts'][number] => ({
  kind: 'data',
  op,
  at: Math.ceil((sector * 4096) / of),
  length: sectors,
});

describe('zeros beside a write into the same cluster of qcow2', () => {
  it('do not give back the room that it writes to', () => {
    const acts = [data(Op.WRITE, 0, 1, 3), data(Op.WRITE_ZEROES, 0, 3, 3), data(Op.WRITE, 0, 1, 3), data(Op.WRITE_ZEROES_UNMAP, 1, 1, 3)];
    const given: Case = { options, sectors: 3, cache: 'none', below: 'nothing', belowSectors: 1, acts, choices: [0] };
    runCase('qcow2-7.2', given, false);
  });

  it('are not undone by what it copies from below', () => {
    const acts = [data(Op.WRITE, 1, 1, 2), data(Op.WRITE_ZEROES, 0, 1, 2)];
    const given: Case = {
      options: { ...options, cluster: 4096 },
      sectors: 2,
      cache: 'none',
      below: 'raw',
      belowSectors: 1,
      acts,
      choices: [0],
    };
    runCase('qcow2-7.2', given, false);
  });
});
