import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sharedFolder } from '../../experiments/places.js';
import { validateDisk, type DiskFile } from '../../experiments/validate/disk.js';
import { demerit, rmsDifference, shareWithin, worstDifference } from '../../experiments/validate/disk/merit.js';
import { InputError } from '../../sim/errors.js';

describe('the disk against reference drives', () => {
  const folder = sharedFolder('disk-reference');
  let files: DiskFile[];

  before(function () {
    if (folder === null) this.skip(); // no disk reference: needs ../shared/disk-reference
    this.timeout(60_000);
    ({ files } = validateDisk(folder));
  });
  const matching = (pattern: RegExp): DiskFile[] => {
    const found = files.filter(({ file }) => pattern.test(file));
    expect(found).not.to.equal([]);
    return found;
  };

  it('has every service time within a microsecond and every position right where only the mechanics act', () => {
    for (const file of matching(/clean-fcfs/)) {
      expect(file.within_0_01_ms, file.file).to.equal(1);
      expect(file.worst_ms, file.file).to.be.below(0.001);
      expect(file.wrong_positions, file.file).to.equal(0);
    }
  });

  it('has the mean service time where spares, slips and the link act as well', () => {
    for (const file of matching(/nocache-fcfs/)) {
      expect(Math.abs(file.mean_ms / file.reference_mean_ms - 1), file.file).to.be.below(0.001);
    }
  });

  it('completes in the order of the reference under every scheduler', () => {
    for (const file of matching(/heavy-clean/)) {
      expect(file.first_order_difference, file.file).to.equal(null);
      expect(Math.abs(file.mean_ms / file.reference_mean_ms - 1), file.file).to.be.below(0.005);
    }
  });

  it('keeps the distribution of measured response times, closed loop, near the real one', () => {
    for (const file of matching(/real-drive-trace/)) {
      expect(file.demerit_ms / file.reference_mean_ms, file.file).to.be.below(0.04);
      expect(Math.abs(file.bias_ms) / file.reference_mean_ms, file.file).to.be.below(0.02);
    }
  });
});

describe('the figures of merit', () => {
  const a = Float64Array.of(1, 2, 3);
  const b = Float64Array.of(3, 2, 2);
  it('pairs by rank for the demerit, by request for the others', () => {
    expect(demerit(a, b)).to.be.closeTo(Math.sqrt(1 / 3), 1e-12);
    expect(rmsDifference(a, b)).to.be.closeTo(Math.sqrt(5 / 3), 1e-12);
    expect(worstDifference(a, b)).to.equal(2);
    expect(shareWithin(a, b, 1)).to.be.closeTo(2 / 3, 1e-12);
  });
});

describe('a folder of reference drives that cannot be used', () => {
  let folder: string;
  const drive = (): string => path.join(folder, 'made-up');
  const write = (name: string, text: string): void => writeFileSync(path.join(drive(), name), name.endsWith('.gz') ? gzipSync(text) : text);
  const controller: Record<string, number> = {
    'Enable caching in buffer': 0,
    'Per-request overhead time': 0,
    'Time scale for overheads': 1,
    'Read completion overhead': 0,
    'Write completion overhead': 0,
    'Bulk sector transfer time': 0,
    'SCSI bus block transfer ms (parv)': 0,
    'High (read) water mark': 0,
  };
  for (const op of ['Read', 'Write'])
    for (const kind of ['hit', 'miss']) for (const after of ['read', 'write']) controller[`${op} ${kind} over. after ${after}`] = 0.5;
  const mechanics = { surfaces: 2, cylinders: 20, mapping: 0, rpm: 6000, head_switch_ms: 1, write_settle_ms: 0.5 };
  const writeDrive = (changes: Record<string, number> = {}): void =>
    write('drive.json', JSON.stringify({ mechanics: { ...mechanics, ...changes }, controller_ms_and_cache: controller }));

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'drives-'));
    mkdirSync(drive());
    writeDrive();
    const zoneColumns = 'zone,first_cyl,last_cyl,sectors_per_track,track_skew_sectors,cyl_skew_sectors,first_block_offset';
    write('zones.csv', `${zoneColumns}\n0,0,9,100,10,20,0\n1,11,19,50,5,10,3\n`);
    write('seek.csv', 'distance_cyl,seek_ms\n1,1.0\n19,4.0\n');
    write('trace-small.csv.gz', 'seq,arrival_ms,op,lbn,sectors\n0,0.0,R,10,8\n1,0.5,W,20,8\n');
    // 0.5 ms of overhead, the sectors 10 to 17 in 0.1 ms each; another 0.5 ms, by which sector 20 has just passed: a turn.
    write(
      'disksim-small-clean-fcfs.csv.gz',
      'arrival_ms,op,lbn,sectors,start_ms,response_ms,service_ms\n0.0,R,10,8,0,1.8,1.8\n0.5,W,20,8,1.8,12.3,11.0\n',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const error = (): string => {
    try {
      validateDisk(folder);
    } catch (thrown) {
      if (thrown instanceof InputError) return thrown.message;
      throw thrown;
    }
    return 'no error';
  };

  it('is compared where it can be used', () => {
    const [file] = validateDisk(folder).files;
    expect(file).to.deep.include({
      file: 'made-up/disksim-small-clean-fcfs.csv.gz',
      requests: 2,
      within_0_01_ms: 1,
      wrong_positions: null,
    });
    expect(file!.worst_ms).to.be.below(0.001);
  });

  it('is compared without its spares, and says so, where their scheme is not modelled', () => {
    writeDrive({ sparing: 11 });
    write('disksim-small-nocache-fcfs.csv.gz', gunzipSync(readFileSync(path.join(drive(), 'disksim-small-clean-fcfs.csv.gz'))).toString());
    const file = validateDisk(folder).files.find(({ file }) => file.includes('nocache'));
    expect(file!.model).to.match(/sparing scheme 11 is not modelled/);
    expect(file!.within_0_01_ms).to.equal(1);
  });

  const broken: Record<string, [() => void, RegExp]> = {
    'another mapping': [() => writeDrive({ mapping: 3 }), /drive\.json: mapping: found 3, expected 0, 1 or 2/],
    'a missing number': [() => write('drive.json', '{"mechanics":{}}'), /drive\.json.*controller_ms_and_cache/],
    'no JSON': [() => write('drive.json', '{'), /drive\.json: found .*expected JSON/],
    'a missing table': [() => rmSync(path.join(drive(), 'seek.csv')), /seek\.csv: found no such file/],
    'a missing column': [() => write('seek.csv', 'distance,seek_ms\n1,1\n2,2\n'), /seek\.csv:1: .*distance_cyl/],
    'a falling distance': [() => write('seek.csv', 'distance_cyl,seek_ms\n5,1\n2,2\n'), /seek\.csv:3: /],
    'a word for a number': [() => write('seek.csv', 'distance_cyl,seek_ms\n1,1\ntwo,2\n'), /seek\.csv:3: found "two"/],
    'a row too short': [() => write('seek.csv', 'distance_cyl,seek_ms\n1\n'), /seek\.csv: found .*expected rows/],
    'a broken gzip file': [() => writeFileSync(path.join(drive(), 'trace-small.csv.gz'), 'x'), /trace-small\.csv\.gz: found .*gzip/],
    'another operation': [
      () => write('trace-small.csv.gz', 'seq,arrival_ms,op,lbn,sectors\n0,0.0,X,10,8\n1,0.5,W,20,8\n'),
      /trace-small\.csv\.gz:2: found "X", expected R or W/,
    ],
    'a request beyond the end': [
      () => write('trace-small.csv.gz', 'seq,arrival_ms,op,lbn,sectors\n0,0.0,R,10,8\n1,0.5,W,2897,8\n'),
      /trace-small\.csv\.gz:3: found sectors 2897 \+ 8, expected sectors below the drive's 2900/,
    ],
    'a row of no request': [
      () => write('trace-small.csv.gz', 'seq,arrival_ms,op,lbn,sectors\n0,0.0,R,10,8\n1,0.5,W,30,8\n'),
      /disksim-small-clean-fcfs\.csv\.gz:3: found lbn 20/,
    ],
    'an unknown scheduler': [() => write('disksim-small-clean-lottery.csv.gz', 'x'), /unknown scheduler "lottery"/],
    'an unknown variant': [() => write('disksim-small-dirty-fcfs.csv.gz', 'x'), /clean, nocache, cache/],
  };
  for (const [what, [breakIt, message]] of Object.entries(broken)) {
    it(`says so: ${what}`, () => {
      breakIt();
      expect(error()).to.match(message);
    });
  }

  it('says so: no drive at all', () => {
    rmSync(drive(), { recursive: true });
    expect(error()).to.match(/no drive\.json/);
    expect(() => validateDisk(path.join(folder, 'nowhere'))).to.throw(InputError, /no such folder/);
  });
});
