import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DiskExpectation } from '../../../experiments/calibrate/expected.js';
import { fioObservations } from '../../../experiments/calibrate/fio-json.js';
import { fitDisk, type DiskFit } from '../../../experiments/calibrate/fit-disk.js';
import { baseDrive, measuredDrive } from '../../../experiments/calibrate/measured-drive.js';
import { observationsOf, type Observation } from '../../../experiments/calibrate/observations.js';
import { readServed } from '../../../experiments/calibrate/served.js';
import { diskFile } from '../../../experiments/testbeds/drives/disk-file.js';
import { driveJson, readDriveFile } from '../../../experiments/testbeds/drives/drive-json.js';
import { sata500gb7200 } from '../../../experiments/testbeds/drives/sata-500gb-7200.js';
import { InputError } from '../../../sim/errors.js';
import { again, fioLogOf, randomAccesses, sequence, type Asked } from './measured.js';

const known = {
  seekTrackToTrackMs: 1.1,
  seekAverageReadMs: 9.2,
  seekFullStrokeReadMs: 19,
  seekAverageWriteMs: 10.4,
  controllerOverheadMs: 0.31,
  outerRateMBs: 140,
  innerRateMBs: 66,
};
const drive = diskFile('known', 'a drive that is known', sata500gb7200.numbers, { ...known, writeCache: false });
const base = baseDrive('SATA-500GB-7200', ['writeCache=false']);
const all = drive.parameters.capacity;
const runs = [0, 0.1, 0.4, 0.7, 0.97].flatMap((share) => sequence(Math.floor((share * all) / 8) * 8, 600, 128));

describe('a disk that is fitted to measurements', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-calibrate-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const observe = (asked: readonly Asked[], text = fioLogOf(drive, asked)): Observation[] => {
    const file = path.join(folder, 'lat.log');
    writeFileSync(file, text);
    return observationsOf(readServed(file, {}), true, 0);
  };
  const expectKnown = ({ fit }: DiskFit, names: readonly string[]): void => {
    expect(fit.parameters.map(({ name }) => name)).deep.equals(names);
    for (const { name, value, halfWidth } of fit.parameters) {
      const truth = known[name as keyof typeof known];
      // The interval is of 95 %: half as much again, so that no chance of the seed fails it.
      expect(Math.abs(value - truth), `${name}: ${value} instead of ${truth}`).most(1.5 * halfWidth);
      expect(halfWidth, `${name} is known to no better than that`).most(0.2 * truth);
    }
  };

  it('has the numbers of the disk that was measured, within their intervals', () => {
    const asked = [
      ...randomAccesses(drive, 5000, false, 'reads'),
      ...randomAccesses(drive, 2500, true, 'writes'),
      ...runs,
      ...again(5000, 150),
    ];
    const fit = fitDisk(base, observe(asked), null);
    expectKnown(fit, Object.keys(known));
    expect(fit.fit.reducedChiSquare).within(0.7, 1.6);
    expect(fit.left.map(({ name }) => name)).deep.equals(['rpm']);
    expect(fit.rows.length).above(80);
  });

  it('has the speed of rotation from the spread of the times, where that is asked for', () => {
    const asked = [...randomAccesses(drive, 4000, false, 'rotation'), ...again(5000, 150)];
    const slow = baseDrive('SATA-500GB-7200', ['writeCache=false', 'rpm=6500', 'outerRateMBs=140', 'innerRateMBs=66']);
    const names = ['rpm', 'seekTrackToTrackMs', 'seekAverageReadMs', 'seekFullStrokeReadMs', 'controllerOverheadMs'];
    const { fit, numbers } = fitDisk(slow, observe(asked), names);
    expect(fit.parameters[0]!.value).within(7050, 7350);
    // Writes settle as long as before.
    expect(numbers['seekAverageWriteMs']! - numbers['seekAverageReadMs']!).closeTo(1, 1e-9);
  });

  it('is refused where the measurements do not determine a number, with what to measure', () => {
    const reads = observe(randomAccesses(drive, 3000, false, 'alone'));
    expect(() =>
      fitDisk(base, reads, ['seekAverageReadMs', 'innerRateMBs', 'seekFullStrokeReadMs', 'seekTrackToTrackMs', 'controllerOverheadMs']),
    ).to.throw(InputError, /not told from controllerOverheadMs.*do not determine.*the same block read again and again/s);
    expect(() => fitDisk(base, observe(again(80, 100)), null)).to.throw(InputError, 'random reads over the whole drive');
    expect(() => fitDisk(base, reads, ['rotations'])).to.throw(InputError, 'seekTrackToTrackMs');
    expect(() => fitDisk(baseDrive('SATA-500GB-7200', ['capacitySectors=100000000']), reads, null)).to.throw(
      InputError,
      'beyond the 100000000',
    );
  });

  it('takes what blkparse printed of dispatches and completions', () => {
    const log = fioLogOf(drive, [...randomAccesses(drive, 300, false, 'blk')]);
    let now = 0;
    const lines = log
      .trimEnd()
      .split('\n')
      .flatMap((line, i) => {
        const [, took, , bytes, offset] = line.split(', ').map(Number) as [number, number, number, number, number];
        const event = (action: string, time: number): string =>
          `  8,0    1 ${String(i).padStart(8)}  ${(time / 1e9).toFixed(9)}  4567  ${action}   R ${offset / 512} + ${bytes / 512} [fio]`;
        const begun = now;
        now += took + 10_000;
        return [event('Q', begun), event('D', begun), event('C', begun + took)];
      });
    const [fromLog, fromBlkparse] = [observe([], log), observe([], `${lines.join('\n')}\n`)];
    expect(fromBlkparse.map(({ label, n }) => [label, n])).deep.equals(fromLog.map(({ label, n }) => [label, n]));
    for (const [i, { measured }] of fromBlkparse.entries()) expect(measured).closeTo(fromLog[i]!.measured, 1);
  });

  it('refuses several requests in flight, and what says nothing of times', () => {
    const overlapping = Array.from({ length: 100 }, (_, i) => `${i}, 8000000, 0, 4096, ${i * 4096 * 999}, 0`).join('\n');
    expect(() => observe([], `${overlapping}\n`)).to.throw(InputError, 'in flight');
    const untimed = '8,0 1 2 0.000000123 4567 Q R 2048 + 8 [name]\n8,0 1 2 0.000100123 4567 Q R 4096 + 8 [name]\n';
    expect(() => observe([], untimed)).to.throw(InputError, 'no request with the time that it took');
  });

  it("takes fio's JSON, job by job", () => {
    const job = (rw: string, more: object, side: object) => ({ jobname: rw, 'job options': { rw, bs: '4k', ...more }, read: side });
    const read = (list: readonly object[]): Observation[] =>
      fioObservations(JSON.stringify({ 'fio version': 'fio-3.33', jobs: list }), 'fio.json', all, false, 0);
    const expectation = new DiskExpectation(drive.parameters);
    const asked: readonly (readonly [string, object])[] = [
      ['randread', {}],
      ['randread', { size: '1g' }],
      ['randread', { size: '3%' }],
      ['randread', { size: '20%' }],
      ['randread', { size: '4k' }],
      ['read', { bs: '64k', size: '2g' }],
      ['read', { bs: '64k', offset: '97%' }],
    ];
    const jobs = asked.map(([rw, more]) => {
      const side = (ns: number) => ({
        total_ios: 2000,
        io_bytes: 131072000,
        runtime: (ns * 2000) / 1e6,
        lat_ns: { mean: ns, stddev: ns / 4 },
      });
      return job(rw, more, side(expectation.of(read([job(rw, more, side(1e6))])[0]!)));
    });
    const { fit } = fitDisk(base, read(jobs), null);
    // Without writes the settling, which is part of a track switch, is that of the base.
    for (const { name, value } of fit.parameters) expect(value, name).closeTo(known[name as keyof typeof known], 0.04 * value);
    expect(fit.parameters.map(({ name }) => name)).not.includes('seekAverageWriteMs');
    expect(() => read([job('randread', { iodepth: '32' }, {})])).to.throw(InputError, 'iodepth=32');
    expect(() => read([job('randrw', {}, {})])).to.throw(InputError, 'rw=randrw');
    expect(() => read([job('randread', { size: '8m' }, { total_ios: 100, lat_ns: { mean: 1, stddev: 1 } })])).to.throw(
      InputError,
      'buffer',
    );
  });

  it('is a file that is read back as the same disk, and refused where it was damaged', () => {
    const fitted = [{ name: 'controllerOverheadMs', value: 0.31, halfWidth: 0.01, isAtBound: false, confusedWith: null }];
    const measured = measuredDrive(base, 'mine', { controllerOverheadMs: 0.31 }, fitted, 'lat.log');
    const file = path.join(folder, 'mine.json');
    writeFileSync(file, driveJson(measured));
    expect(readDriveFile(file)).deep.equals(measured);
    expect(measured.numbers.controllerOverheadMs.source).includes('lat.log');
    const damage = (change: (json: { numbers: Record<string, unknown> }) => void): string => {
      const json = JSON.parse(driveJson(measured)) as { numbers: Record<string, unknown> };
      change(json);
      writeFileSync(file, JSON.stringify(json));
      return file;
    };
    expect(() => readDriveFile(damage(({ numbers }) => delete numbers['rpm']))).to.throw(InputError, /rpm: found nothing/);
    expect(() => readDriveFile(damage(({ numbers }) => (numbers['rmp'] = 1)))).to.throw(InputError, 'did you mean rpm');
    expect(() => readDriveFile(damage(({ numbers }) => ((numbers['rpm'] as { value: unknown }).value = '7200')))).to.throw(
      InputError,
      '"7200"',
    );
    expect(() => readDriveFile(damage(({ numbers }) => ((numbers['innerRateMBs'] as { value: unknown }).value = 5000)))).to.throw(
      InputError,
      /innerRateMBs: found 5000, expected at most outerRateMBs/,
    );
    expect(() => readDriveFile(damage((json) => ((json as { format?: string }).format = 'x')))).to.throw(InputError, 'another kind');
  });
});
