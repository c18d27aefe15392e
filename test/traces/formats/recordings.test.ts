/** The recordings of the reference data against the counts of its README. */
import { expect } from 'chai';
import path from 'node:path';
import { sharedFolder } from '../../../experiments/places.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTrace } from '../../../traces/formats/index.js';
import type { EventTraceReader, TraceOptions } from '../../../traces/formats/trace-format.js';
import { drain, readTrace, type PlainRecord } from '../support/records.js';

/** Events of all kinds, queued reads, queued writes (with flushes, which the README counts among them), MiB queued. */
const recordings: Record<string, readonly [number, number, number, number]> = {
  compile: [5250, 148, 1615, 36],
  filewrite: [403_402, 37_440, 38_629, 3492],
  ftp: [119_404, 16_595, 1298, 3564],
  pgbench_20s: [282_346, 26_785, 21_627, 605],
  'postmark-ext3': [337_712, 7098, 84_055, 1377],
  idle: [5, 0, 1, 0],
  memcached: [11, 1, 1, 0],
};

const folder = sharedFolder('traces/block');
const binary = (name: string, cpu: number): string => path.join(folder!, `blktrace-binary/recorded_${name}.blktrace.${cpu}.zst`);
const text = (name: string): string => path.join(folder!, `blkparse-text/recorded_${name}.blkparse.txt.zst`);

describe('recorded traces of the reference data', function () {
  this.timeout(60_000);
  before(function () {
    if (folder === null) {
      console.log('      skipped: no folder ../shared/traces/block'); // eslint-disable-line no-console
      this.skip();
    }
  });

  for (const [name, [events, reads, writes, mebibytes]] of Object.entries(recordings)) {
    it(`${name}: the events and requests of the README, from binary and from text`, () => {
      for (const file of [binary(name, 1), text(name)]) {
        const { eventCount, records } = readEvents(file);
        expect(eventCount).to.equal(events);
        expect(records.filter(({ op }) => op === TraceOp.READ)).to.have.length(reads);
        expect(records.filter(({ op }) => op === TraceOp.WRITE || op === TraceOp.FLUSH)).to.have.length(writes);
        expect(Math.round(records.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20)).to.equal(mebibytes);
      }
    });

    it(`${name}: binary and text give the same records for each action`, () => {
      for (const action of ['Q', 'D', 'C'] as const) {
        const fromBinary = readTrace(binary(name, 0), { action });
        const fromText = readTrace(text(name), { action });
        expect(fromBinary.length).to.equal(fromText.length);
        expect(firstDifference(fromBinary, fromText)).to.equal(-1);
      }
    });
  }

  it('reads text that was recorded elsewhere', () => {
    const other = (name: string, options: TraceOptions): number => readTrace(path.join(folder!, 'blkparse-text', name), options).length;
    expect(other('ycsb_btrfs_IDC.blkparse.txt.zst', { action: 'D' })).to.equal(1824);
    expect(other('snia_ycsb_rocksdb.head7.txt', {})).to.equal(2);
  });
});

function readEvents(file: string): { eventCount: number; records: PlainRecord[] } {
  const reader = openTrace(file) as EventTraceReader;
  const records = drain(reader);
  return { eventCount: Object.values(reader.byAction).reduce((sum, count) => sum + count, 0), records };
}

const firstDifference = (a: readonly PlainRecord[], b: readonly PlainRecord[]): number =>
  a.findIndex(({ time, op, offset, bytes }, i) => {
    const other = b[i]!;
    return time !== other.time || op !== other.op || offset !== other.offset || bytes !== other.bytes;
  });
