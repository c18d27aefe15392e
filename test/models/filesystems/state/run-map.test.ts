import { expect } from 'chai';
import fc from 'fast-check';
import { RunMap } from '../../../../models/filesystems/state/run-map.js';

const runsOf = (map: RunMap, file: number): number[][] => {
  const runs: number[][] = [];
  for (let found = map.seek(file, 0); found; found = map.next()) runs.push([map.begin, map.block, map.blocks, map.mark]);
  return runs;
};

const expand = (runs: number[][]): Map<number, string> =>
  new Map(runs.flatMap(([begin, block, blocks, mark]) => Array.from({ length: blocks! }, (_, i) => [begin! + i, `${block! + i}/${mark}`])));

describe('a map of runs', () => {
  const step = fc.record({
    kind: fc.constantFrom('put', 'put', 'put', 'put', 'remove', 'cut'),
    file: fc.integer({ min: 1, max: 3 }),
    at: fc.integer({ min: 0, max: 900 }),
    blocks: fc.integer({ min: 1, max: 5 }),
    shift: fc.integer({ min: 0, max: 3 }),
    mark: fc.constantFrom(0, 0, 1),
  });

  it('holds what a plain map holds, in order, whatever is put, removed and cut', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 900, size: 'max' }), (steps) => {
        const map = new RunMap();
        const plain = [1, 2, 3].map(() => new Map<number, string>());
        for (const { kind, file, at, blocks, shift, mark } of steps) {
          const held = plain[file - 1]!;
          if (kind === 'remove') {
            map.remove(file, at, blocks);
            for (let i = at; i < at + blocks; i++) held.delete(i);
          } else if (kind === 'cut' && at % 7 === 0) {
            map.cut(file, at);
            for (const key of [...held.keys()]) if (key >= at) held.delete(key);
          } else if (kind === 'put') {
            for (let i = 0; i < blocks && !held.has(at + i); i++) {
              map.put(file, at + i, at + i + shift * 1000, 1, mark);
              held.set(at + i, `${at + i + shift * 1000}/${mark}`);
            }
          }
        }
        for (const file of [1, 2, 3]) {
          const runs = runsOf(map, file);
          expect(expand(runs)).to.deep.equal(new Map([...plain[file - 1]!].sort(([a], [b]) => a - b)));
          expect(map.count(file)).to.equal(runs.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('finds the run that holds a block, the next one behind a hole, and the last one before', () => {
    const map = new RunMap();
    for (let i = 0; i < 1000; i++) map.put(1, i * 10, 100_000 - i * 20, 4);
    expect([map.seek(1, 5003), map.begin, map.block]).to.deep.equal([true, 5000, 90_000]);
    expect([map.seek(1, 5004), map.begin]).to.deep.equal([true, 5010]);
    for (let at = 1; at < 10_000; at++) expect([map.seekBefore(1, at), map.begin]).to.deep.equal([true, Math.floor((at - 1) / 10) * 10]);
    expect(map.seekBefore(1, 0)).to.equal(false);
    expect(map.seek(1, 9994)).to.equal(false);
  });

  it('joins a run with both neighbours', () => {
    const map = new RunMap();
    map.put(1, 10, 110, 5);
    map.put(1, 20, 120, 5);
    map.put(1, 15, 115, 5);
    expect(runsOf(map, 1)).to.deep.equal([[10, 110, 15, 0]]);
  });
});
