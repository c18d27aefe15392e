import { expect } from 'chai';
import { InputError } from '../../../sim/errors.js';
import { second, type Nanoseconds } from '../../../sim/units.js';
import { DiskUse, GuestStep, type MemoryWorkload } from '../../../traces/memory/guest-step.js';
import { memoryWorkloads } from '../../../traces/memory/generated/index.js';
import type { PageRuns } from '../../../traces/memory/page-runs.js';

/** Every step of a workload that never waits, until so much processor time or clock has passed, as text. */
function steps(workload: MemoryWorkload, until: Nanoseconds, see: (step: GuestStep) => void): void {
  const step = new GuestStep();
  let time = 0;
  while (time < until && workload.next(step.clear())) {
    time = Math.max(time, step.notBefore) + step.processorTime;
    see(step);
  }
}

const pagesOf = (runs: PageRuns): number[] =>
  Array.from({ length: runs.size }, (_, i) => Array.from({ length: runs.count[i]! }, (_p, p) => runs.first[i]! + p)).flat();

const text = (workload: MemoryWorkload): string => {
  const lines: string[] = [];
  steps(workload, 2 * second, (step) => {
    lines.push([step.notBefore, step.processorTime, step.disk, step.offset, step.bytes, step.sent, ...pagesOf(step.writes)].join());
  });
  return lines.join('\n');
};

describe('generated memory workloads', () => {
  for (const [name, workload] of memoryWorkloads) {
    it(`${name}: the same seed yields the same steps, within the guest's memory and disk`, () => {
      const make = (seed: number): MemoryWorkload => workload.make({}, seed, 'test');
      expect(text(make(1))).to.equal(text(make(1)));
      if (name !== 'iozone' && name !== 'ftp') expect(text(make(1))).to.not.equal(text(make(2)));
      const { pages } = make(1);
      expect(pages).to.equal(524288);
      steps(make(1), 20 * second, (step) => {
        for (const runs of [step.writes, step.received, step.filled]) {
          for (let i = 0; i < runs.size; i++) {
            expect(runs.count[i]).to.be.at.least(1);
            expect(runs.first[i]).to.be.at.least(0);
            expect(runs.first[i]! + runs.count[i]!).to.be.at.most(pages);
          }
        }
        if (step.disk === DiskUse.READ) expect(step.filled.pages * 4096).to.be.at.least(step.bytes);
      });
    });
  }

  it('come to their end where they have one', () => {
    let sent = 0;
    steps(memoryWorkloads.get('ftp', 'test').make({ file: '10MB' }, 1, 'test'), Infinity, (step) => (sent += step.sent));
    expect(sent).to.equal(10e6);
    let work = 0;
    steps(memoryWorkloads.get('compilation', 'test').make({ work: '3s' }, 1, 'test'), Infinity, (step) => (work += step.processorTime));
    expect(work).to.equal(3 * second);
  });

  it('refuse a memory that is too small for them', () => {
    expect(() => memoryWorkloads.get('compilation', 'test').make({ memory: '8MiB' }, 1, 'test')).to.throw(
      InputError,
      'compilation: found regions',
    );
  });
});
