/** Guests' file systems beside recordings of real ones. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot, sharedFolder } from '../../experiments/places.js';
import { heldWithin, validateGuests, type GuestValidation } from '../../experiments/validate/guests.js';
import { measure } from '../../experiments/validate/guests/measures.js';
import { PlainDrive } from '../../experiments/validate/guests/plain-drive.js';
import { postmarkExt3 } from '../../experiments/validate/guests/postmark-ext3.js';
import { Region, Regions } from '../../experiments/validate/guests/regions.js';
import { readRecording, RequestLog } from '../../experiments/validate/guests/request-log.js';
import { HostIo } from '../../models/io/host-io.js';
import { InputError } from '../../sim/errors.js';
import { Kernel } from '../../sim/kernel.js';

const ratio = (simulated: number, real: number): number => Math.abs(simulated / real - 1);

describe('guests beside recordings', () => {
  const folder = sharedFolder('traces/block');
  let files: readonly GuestValidation[];

  before(function () {
    if (folder === null) this.skip(); // no recordings: needs ../shared/traces/block
    this.timeout(120_000);
    ({ files } = validateGuests(folder));
  });

  it('hold in size, in share of writes, of journal writes and of sequential ones', () => {
    expect(files.map(({ recording }) => recording)).to.deep.equal(['postmark-ext3', 'filewrite']);
    for (const { recording, missed } of files) expect(missed, recording).to.deep.equal([]);
  });

  it('have the sizes of writes and the distances at each quantile that was not set on', () => {
    for (const { recording, queued } of files) {
      for (const k of [3, 4, 5]) {
        expect(ratio(queued.simulated.writeSizesKib[k]!, queued.real.writeSizesKib[k]!), recording).to.be.at.most(heldWithin);
        expect(ratio(queued.simulated.seeksMib[k]!, queued.real.seeksMib[k]!), recording).to.be.at.most(heldWithin);
      }
    }
  });

  it('lie where the recording has them: the real journal is written in the order of the one looked for', () => {
    for (const { recording, queued } of files) expect(queued.real.journalInOrder, recording).to.be.above(0.99);
  });
});

describe('a guest beside the trimmed recording', () => {
  it('holds in the sizes and the share of writes of four seconds without a commit', function () {
    this.timeout(60_000);
    const layout = postmarkExt3.layout();
    const regions = new Regions(layout);
    const real = measure(readRecording(path.join(packageRoot, 'traces/samples/postmark-ext3.blktrace.0.gz'), 'Q'), regions);
    const ours = measure(postmarkExt3.simulate(layout).queued, regions);
    for (const name of ['meanKib', 'meanWriteKib', 'writeShare'] as const)
      expect(ratio(ours[name], real[name]), name).to.be.at.most(heldWithin);
    expect(ratio(ours.writeSizesKib[4]!, real.writeSizesKib[4]!)).to.be.at.most(heldWithin);
  });
});

describe('measures of requests', () => {
  it('count by place and by what follows what', () => {
    const layout = postmarkExt3.layout();
    const regions = new Regions(layout);
    const { geometry } = layout.groups;
    const journal = 649 * 8;
    expect([0, 130, 643, 649, 17_049, 17_050].map((block) => regions.of(block * 8))).to.deep.equal(
      // As mke2fs lays 2 GiB out: the root's directory at 643, the journal from 649 to 17,049.
      [Region.TABLES, Region.TABLES, Region.FILES, Region.JOURNAL, Region.JOURNAL, Region.FILES],
    );
    expect(regions.of(geometry.groupFirst(5) * 8)).to.equal(Region.TABLES);
    const log = new RequestLog();
    log.add(true, journal, 8);
    log.add(true, journal + 8, 8);
    log.add(false, 10_000_000 / 4, 32);
    log.add(true, 130 * 8, 8);
    const measured = measure(log, regions);
    expect([measured.requests, measured.writeShare, measured.journalShare, measured.tableShare]).to.deep.equal([4, 0.75, 0.5, 0.25]);
    expect([measured.meanKib, measured.meanReadKib, measured.sequentialShare, measured.journalInOrder]).to.deep.equal([7, 16, 0.25, 0.5]);
  });

  it('name the recordings that a folder does not have', function () {
    const shared = sharedFolder('traces/block/blktrace-binary');
    if (shared === null) this.skip(); // no recordings: needs ../shared/traces/block
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-'));
    try {
      for (const cpu of [0, 1]) {
        const name = `recorded_filewrite.blktrace.${cpu}.zst`;
        symlinkSync(path.join(shared, name), path.join(folder, name));
      }
      const { files, skipped } = validateGuests(folder);
      expect(files.map(({ recording }) => recording)).to.deep.equal(['filewrite']);
      expect(skipped).to.deep.equal(['recorded_postmark-ext3.blktrace.0']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuse a folder without a recording', () => {
    const empty = mkdtempSync(path.join(tmpdir(), 'snapsim-'));
    try {
      expect(() => validateGuests(empty)).to.throw(InputError, 'none of the recordings');
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it('come from a drive that serves one request after another', () => {
    const kernel = new Kernel();
    const drive = new PlainDrive(kernel, 1000, { perRequest: 100, perKiB: 10 });
    const done: number[] = [];
    for (const sectors of [2, 4]) {
      const io = new HostIo({ ioDone: () => done.push(kernel.now) });
      io.sectors = sectors;
      drive.submit(io);
    }
    kernel.run();
    expect(done).to.deep.equal([110, 230]);
    expect(drive.busyTime()).to.equal(230);
  });
});
