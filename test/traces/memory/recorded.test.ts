import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sharedFolder } from '../../../experiments/places.js';
import { InputError } from '../../../sim/errors.js';
import { second } from '../../../sim/units.js';
import { DiskUse, GuestStep } from '../../../traces/memory/guest-step.js';
import { PageRuns } from '../../../traces/memory/page-runs.js';
import { RecordedWorkload, type RecordedSettings } from '../../../traces/memory/recorded/recorded-workload.js';
import { WrittenPages } from '../../../traces/memory/recorded/written-pages.js';

const header = '# wprec v1 interval_ms=1000 page_size=4096 pid_start_mono_ns=5000000000 ; line: interval ...\n';
const settings: RecordedSettings = { memory: 4 * 1024 * 1024, busy: 1, pageCache: null, diskLog: null, diskLogLead: 0, seed: 1 };

describe('recordings of written pages', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-pages-'))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const file = (text: string, name = 'r.txt'): string => {
    const place = path.join(folder, name);
    writeFileSync(place, text);
    return place;
  };

  const totals = (workload: RecordedWorkload): { pages: number[]; steps: number; requests: number; filled: number; end: number } => {
    const step = new GuestStep();
    const result = { pages: [] as number[], steps: 0, requests: 0, filled: 0, end: 0 };
    while (workload.next(step.clear())) {
      result.steps += 1;
      result.end = step.notBefore + step.processorTime;
      if (step.disk !== DiskUse.NONE) result.requests += 1;
      result.filled += step.filled.pages;
      for (const runs of [step.writes, step.filled]) {
        for (let i = 0; i < runs.size; i++) for (let p = 0; p < runs.count[i]!; p++) result.pages.push(runs.first[i]! + p);
      }
    }
    workload.close();
    result.pages.sort((a, b) => a - b);
    return result;
  };

  it('are read interval by interval: gaps, lengths, empty intervals', () => {
    const recording = new WrittenPages(file(`${header}0 6000000000 5 10 2:3 1\n1 7000000000 0\n3 9000000000 1 0\n`));
    const runs = new PageRuns();
    const seen: unknown[] = [];
    while (recording.read(runs)) {
      seen.push([recording.interval, recording.end, ...Array.from({ length: runs.size }, (_, i) => `${runs.first[i]}+${runs.count[i]}`)]);
    }
    expect(seen).to.deep.equal([
      [0, 6e9, '10+1', '13+3', '17+1'],
      [1, 7e9],
      [3, 9e9, '0+1'],
    ]);
    expect([recording.began, recording.length]).to.deep.equal([5e9, second]);
  });

  it('stop at the first thing that is no record, with its line', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['0 6000000000 1 5', 'no header'],
      [`${header}0 6000000000 2 5\n`, ':2: found runs of 1 pages, expected 2 pages'],
      [`${header}0 6000000000 1 x\n`, ':2: found "x"'],
      [`${header}0 6000000000 1 5`, ':2: found the end of the file'],
      [`${header}0 6000000000 1 5\n0 7000000000 1 5\n`, 'found interval 0 at 7000000000 ns'],
      [`${header}0 6000000000 1 5:0\n`, 'found 0 pages from 5'],
      [`${header}0 6000000000 1 9999999999\n`, 'below 2^31'],
      [header.replace('4096', '16384'), 'found pages of 16384 bytes'],
    ];
    for (const [text, message] of wrong) {
      const read = (): void => {
        const recording = new WrittenPages(file(text));
        const runs = new PageRuns();
        while (recording.read(runs));
      };
      if (message === 'no header') expect(read).to.throw(InputError, 'a header that begins with #');
      else expect(read).to.throw(InputError, message);
    }
  });

  it('become steps that write each page of an interval once within it, packed where they name a larger machine', () => {
    const recorded = file(`${header}0 6000000000 5 1000000 2:3 900000\n1 7000000000 2 0 5\n`);
    const workload = new RecordedWorkload(recorded, settings);
    expect([workload.pages, workload.duration]).to.deep.equal([1024, 2 * second]);
    const { pages, steps, end } = totals(workload);
    // Frames of 64 pages in their order: 0, 15625, 29687; places within a frame stay.
    expect(pages).to.deep.equal([0, 6, 64, 67, 68, 69, 128 + (1900006 % 64)].sort((a, b) => a - b));
    expect([steps, end]).to.deep.equal([400, 2 * second]);
  });

  it("are joined with a disk's log by the clock: reads fill pages of the interval", () => {
    const recorded = file(`${header}0 6000000000 6 0:2 1:2 1:2\n`);
    const log = file(
      [
        '2026-11-20 23:59:59.500000 Ready thread_model=3',
        '2026-11-20 23:59:59.600000 connection=1 Connect export="" tls=0',
        '2026-11-21 00:00:00.250000 connection=1 Read id=1 offset=0x1000 count=0x1000 ...',
        '2026-11-21 00:00:00.250100 connection=1 ...Read id=1 return=0',
        '2026-11-21 00:00:00.260000 connection=1 Write id=2 offset=0x2000 count=0x200 fua=0 ...',
        '2026-11-21 00:00:00.270000 connection=1 Flush id=3 ...',
        '',
      ].join('\n'),
      'disk.log',
    );
    const { pages, requests, filled } = totals(new RecordedWorkload(recorded, { ...settings, diskLog: log, diskLogLead: 0.5 * second }));
    expect([pages, requests, filled]).to.deep.equal([[0, 1, 3, 4, 6, 7], 2, 2]);
    const wrong = file('2026-11-21 00:00:00.25 connection=1 Read\n', 'wrong.log');
    expect(() => totals(new RecordedWorkload(recorded, { ...settings, diskLog: wrong }))).to.throw(InputError, 'wrong.log:1');
  });

  it('of this project hold the pages that their summaries say', function () {
    const shared = sharedFolder('traces/memory');
    if (shared === null) {
      this.skip(); // the recordings are not here
      return;
    }
    const vm = path.join(shared, 'vm.pages.txt.zst');
    const diskLog = path.join(shared, '..', 'block', 'nbdkit-log', 'recorded_vm_guest_disk.nbdkit.log.zst');
    const { pages, requests } = totals(
      new RecordedWorkload(vm, { ...settings, memory: 512 * 1024 * 1024, diskLog, diskLogLead: 1.032240731 * second }),
    );
    expect(pages).to.have.length(877_981);
    expect(pages[pages.length - 1]).to.be.below(131_072);
    expect(requests).to.be.within(22_000, 22_536);
  });
});
