/** Damaged traces: a share of the 100,000 files that `npm run bench -- damage` reads, unless SNAPSIM_DAMAGED_FILES says how many. */
import { expect } from 'chai';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../sim/errors.js';
import { openTrace } from '../../../traces/formats/index.js';
import { readDamaged, soundFiles } from '../support/mutations.js';
import { readTrace } from '../support/records.js';

const files = Number(process.env.SNAPSIM_DAMAGED_FILES ?? 10_000);

describe('damaged traces', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-damage-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('end in all of their records or in one InputError, in every format', () => {
    const before = process.cpuUsage();
    const { files: read, inRecords, inErrors } = readDamaged(folder, files, 1);
    const { user, system } = process.cpuUsage(before);
    const seconds = ((user + system) / 1e6).toFixed(1);
    console.log(`      ${read} damaged files: ${inRecords} ended in records, ${inErrors} in an error, ${seconds} CPU-seconds`); // eslint-disable-line no-console
    expect(read).to.equal(files);
    expect(inRecords).to.be.above(0);
    expect(inErrors).to.be.above(0);
  });

  it('a compressed one that is cut ends in an error, wherever it is cut', () => {
    const whole = gzipSync(soundFiles(folder).csv!);
    const file = path.join(folder, 'damaged.gz');
    for (const kept of [0, 1, 5, 10, 11, whole.length >> 1, whole.length - 9, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, kept));
      expect(() => readTrace(file)).to.throw(InputError, /damaged\.gz/);
    }
  });

  it('ten gigabytes of one line end in one clear error, at once', () => {
    const file = path.join(folder, 'long.csv');
    writeFileSync(file, 'time_ns,op,offset_bytes,bytes\n0,read,0,4096\n1');
    truncateSync(file, 10 * 2 ** 30);
    expect(() => readTrace(file)).to.throw(InputError, /long\.csv:3: found a line of more than 64 KiB/);
    writeFileSync(file, '');
    truncateSync(file, 10 * 2 ** 30);
    expect(() => openTrace(file)).to.throw(InputError, /one of the formats/);
    expect(() => readTrace(file, { format: 'msr' })).to.throw(InputError, /long\.csv:1: found a line of more than 64 KiB/);
  });
});
