/** Every other sample of the reference data against the counts of its README. */
import { expect } from 'chai';
import path from 'node:path';
import { sharedFolder } from '../../../experiments/places.js';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTrace, openTraceNamed } from '../../../traces/formats/index.js';
import type { EventTraceReader, TraceOptions } from '../../../traces/formats/trace-format.js';
import { drain, readTrace, type PlainRecord } from '../support/records.js';

const folder = sharedFolder('traces/block');
const place = (name: string): string => path.join(folder!, name);

/** Format, records, and what the reader must be told. */
const samples: Record<string, readonly [format: string, records: number, options: TraceOptions]> = {
  'fiu-blkparse/fiu_cheetah_9997.blkparse.zst': ['fiu', 9997, {}],
  'disksim-ascii/ssd-postmark-aligned2.trace.zst': ['disksim', 62_257, { timeUnit: 'ms' }],
  'disksim-ascii/ssd-iozone-aligned2-100K.trace.zst': ['disksim', 100_000, { timeUnit: 'ms' }],
  'disksim-ascii/disksim-valid-ascii.trace.zst': ['disksim', 100_000, { timeUnit: 'ms', device: 'all' }],
  'disksim-ascii/mqsim-tpcc-small.trace.zst': ['disksim', 6999, { timeUnit: 'ns', device: 'all' }],
  // The README counts ends of line; the last line has none.
  'disksim-ascii/mqsim-wsrch-small.trace.zst': ['disksim', 24_782 + 1, { timeUnit: 'ns', device: 'all' }],
  'disksim-validate/atlas10k.trace.zst': ['disksim-validate', 10_000, {}],
  'spc/Financial1_head949.spc': ['spc', 949, { device: 'all' }],
  'vscsi-binary/cloudPhysicsIO.vscsi.zst': ['vscsi-v1', 113_872, {}],
  'libcachesim-csv/cloudPhysicsIO.csv.zst': ['cloudphysics', 113_872, {}],
  'fio-iolog/fio-t0038.v3.iolog': ['fio-v3', 20, {}],
  'fio-iolog/recorded_fio333_randrw.v3.iolog': ['fio-v3', 405 + 394 + 22, {}],
  'alibaba-csv/io_traces.head6.csv': ['alibaba', 6, { device: 'all' }],
  'tencent-csv/cbs_2018-10-01.head9.csv': ['tencent', 9, { device: 'all' }],
  'k5cloud-csv/k5cloud.head6.csv': ['k5cloud', 6, {}],
  'msr-csv/prxy_0.excerpt5.csv': ['msr', 5, {}],
  'msr-csv/mds_1.excerpt2.csv': ['msr', 2, {}],
  'systor17-csv/systor17.excerpt1.csv': ['systor17', 1, {}],
  'nbdkit-log/recorded_vm_guest_disk.nbdkit.log.zst': ['nbdkit', 1998 + 1091 + 21_445, {}],
};

/** The same 9,000 requests in the syntax of each: format, unit of its times, and what the reader must be told. */
const derived: Record<string, readonly [format: string, unit: number, options: TraceOptions]> = {
  'pm9k.msr.csv.zst': ['msr', 100, {}],
  'pm9k.alibaba.csv.zst': ['alibaba', 1e3, {}],
  'pm9k.tencent.csv.zst': ['tencent', 1e9, {}],
  'pm9k.systor17.csv.zst': ['systor17', 1e3, {}],
  'pm9k.spc.zst': ['spc', 1e3, {}],
  'pm9k.disksim.ascii.zst': ['disksim', 1, { timeUnit: 'ms' }],
  'pm9k.v2.iolog.zst': ['fio-v2', 1e5, {}],
  'pm9k.v3.iolog.zst': ['fio-v3', 1e3, {}],
  'pm9k.v1.vscsi.zst': ['vscsi-v1', 1e3, {}],
  'pm9k.v2.vscsi.zst': ['vscsi-v2', 1e3, {}],
};

describe('samples of the reference data', function () {
  this.timeout(60_000);
  before(function () {
    if (folder === null) {
      console.log('      skipped: no folder ../shared/traces/block'); // eslint-disable-line no-console
      this.skip();
    }
  });

  for (const [name, [format, count, options]] of Object.entries(samples)) {
    it(`${name}: ${count} records of ${format}`, () => {
      const opened = openTraceNamed(place(name), options);
      expect(drain(opened.reader)).to.have.length(count);
      expect(opened.format).to.equal(format);
    });
  }

  it('the kinds of requests are those of the README', () => {
    const count = (records: readonly PlainRecord[], op: TraceOp): number => records.filter((record) => record.op === op).length;
    const fio = readTrace(place('fio-iolog/recorded_fio333_randrw.v3.iolog'));
    expect([TraceOp.READ, TraceOp.WRITE, TraceOp.FLUSH].map((op) => count(fio, op))).to.deep.equal([405, 394, 22]);
    const reader = openTrace(place('vscsi-binary/cloudPhysicsIO.vscsi.zst')) as EventTraceReader;
    const vscsi = drain(reader);
    expect(reader.byAction).to.deep.equal({ 'READ(10)': 46_974, 'WRITE(10)': 66_898 });
    const columns = readTrace(place('libcachesim-csv/cloudPhysicsIO.csv.zst'));
    expect(columns.map(({ op, offset, bytes }) => [op, offset, bytes])).to.deep.equal(
      vscsi.map(({ op, offset, bytes }) => [op, offset, bytes]),
    );
    expect(Math.round(vscsi.at(-1)!.time / 1e9)).to.be.within(7190, 7210);
  });

  it('several disks in one file are refused by name, and each is read by itself', () => {
    const many = place('tencent-csv/cbs_2018-10-01.head9.csv');
    expect(() => readTrace(many)).to.throw(
      InputError,
      /the disks 1063 and 1627, expected one disk, chosen with --device 1063, or --device all/,
    );
    const volumes = ['1063', '1627', '1360', '3607', '1371', '2363', '3171'];
    expect(volumes.map((device) => readTrace(many, { device }).length)).to.deep.equal([1, 1, 3, 1, 1, 1, 1]);
    expect(() => readTrace(many, { device: '99' })).to.throw(InputError, /no record of the disk 99/);
    expect(readTrace(place('msr-csv/prxy_0.excerpt5.csv'), { device: 'prxy,0' })).to.have.length(5);
  });

  it('eleven syntaxes of one recording give the same requests, at the same times in the units of each', () => {
    const from = ({ op, offset, bytes }: PlainRecord): readonly number[] => [op, offset, bytes];
    const exact = readTrace(place('derived/pm9k.disksim.ascii.zst'), { timeUnit: 'ms' });
    expect(exact).to.have.length(9000);
    for (const [name, [format, unit, options]] of Object.entries(derived)) {
      const opened = openTraceNamed(place(`derived/${name}`), options);
      const records = drain(opened.reader);
      expect(opened.format, name).to.equal(format);
      expect(records.map(from), name).to.deep.equal(exact.map(from));
      const late = records.reduce((most, { time }, i) => Math.max(most, Math.abs(time - exact[i]!.time)), 0);
      expect(late, name).to.be.at.most(unit);
    }
  });

  it('what holds no writes or no requests is refused, with the reason', () => {
    for (const name of ['derived/pm9k.oracleGeneral.bin.zst', 'oraclegeneral/cloudPhysicsIO.oracleGeneral.bin.zst']) {
      expect(() => openTrace(place(name))).to.throw(InputError, /oracleGeneral, which does not tell writes from reads/);
    }
    expect(() => openTrace(place('libcachesim-csv/cloudPhysicsIO.txt.zst'))).to.throw(InputError, /a list of addresses/);
  });
});
