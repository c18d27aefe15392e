import { expect } from 'chai';
import fc from 'fast-check';
import { CutReader, wholeTrace, type Cut } from '../../../experiments/trace-tools/cut.js';
import { mergeTraces } from '../../../experiments/trace-tools/merge.js';
import { remapped, type RemapKind } from '../../../experiments/trace-tools/remap.js';
import { ScaledReader } from '../../../experiments/trace-tools/scale.js';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { openTrace } from '../../../traces/formats/index.js';
import { anyRecords, drain, scratchFolder, writeTrace, type PlainRecord } from '../../traces/support/records.js';

const read = (time: number, offset: number, bytes = 4096): PlainRecord => ({ time, op: TraceOp.READ, offset, bytes });
const write = (time: number, offset: number, bytes = 4096): PlainRecord => ({ ...read(time, offset, bytes), op: TraceOp.WRITE });
const flush = (time: number): PlainRecord => ({ time, op: TraceOp.FLUSH, offset: 0, bytes: 0 });
const discard = (time: number, offset: number, bytes: number): PlainRecord => ({ time, op: TraceOp.DISCARD, offset, bytes });

describe('traces made of traces', () => {
  const { file } = scratchFolder();
  const opened = (records: readonly PlainRecord[], name = 'source') => {
    writeTrace(file(name), 'snaptrace', records);
    return openTrace(file(name));
  };
  const four = [read(0, 0), write(1000, 8192), flush(2000), read(3000, 1 << 20)];
  const cut = (records: readonly PlainRecord[], what: Partial<Cut>): PlainRecord[] =>
    drain(new CutReader(opened(records), { ...wholeTrace, ...what }), 3);

  it('cut keeps a window of time, counted from its first record', () => {
    expect(cut(four, { begin: 1000, end: 3000 })).to.deep.equal([write(0, 8192), flush(1000)]);
    expect(cut(four, {})).to.deep.equal(four);
  });

  it('cut keeps a number of records', () => {
    expect(cut(four, { skip: 1, count: 2 })).to.deep.equal([write(0, 8192), flush(1000)]);
    expect(cut(four, { begin: 1000, skip: 1, count: 9 })).to.deep.equal([flush(0), read(1000, 1 << 20)]);
  });

  it('cut clips what reaches beyond a range of places, and may count from its begin', () => {
    expect(cut(four, { from: 10_240, to: 2 ** 20 })).to.deep.equal([write(0, 10_240, 2048), flush(1000)]);
    expect(cut(four, { from: 10_240, to: 2 ** 40, rebase: true })).to.deep.equal([
      write(0, 0, 2048),
      flush(1000),
      read(2000, (1 << 20) - 10_240),
    ]);
    expect(() => cut(four, { begin: 10_000 })).to.throw(InputError, /the part to cut: found no record/);
  });

  it('scale stretches times', () => {
    const scaled = drain(new ScaledReader(opened(four), { time: 0.5, intensity: 1, seed: 1 }));
    expect(scaled).to.deep.equal(four.map((record) => ({ ...record, time: record.time / 2 })));
  });

  it('scale repeats records evenly in the time since the one before', () => {
    const twice = drain(new ScaledReader(opened(four.slice(0, 2)), { time: 1, intensity: 2, seed: 1 }), 2);
    expect(twice).to.deep.equal([read(0, 0), read(0, 0), write(500, 8192), write(1000, 8192)]);
  });

  it('scale keeps about the share that is asked for, the same for the same seed', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => read(i * 100, i * 4096));
    const share = (seed: number, intensity: number): PlainRecord[] => drain(new ScaledReader(opened(many), { time: 1, intensity, seed }));
    expect(share(1, 0.25).length).to.be.within(2300, 2700);
    expect(share(1, 2.5).length).to.be.within(24_700, 25_300);
    expect(share(1, 0.25)).to.deep.equal(share(1, 0.25));
    expect(share(1, 0.25)).not.to.deep.equal(share(2, 0.25));
  });

  it('merge orders by time, with shifts and places, the earlier part first where times are equal', () => {
    const merged = mergeTraces([
      { reader: opened(four, 'a'), shift: 1000, place: 0 },
      { reader: opened([read(0, 0), flush(2000)], 'b'), shift: 0, place: 1 << 30 },
    ]);
    expect(drain(merged, 2)).to.deep.equal([
      read(0, 1 << 30),
      read(1000, 0),
      write(2000, 8192),
      flush(2000),
      flush(3000),
      read(4000, 1 << 20),
    ]);
  });

  it('merge loses nothing and keeps the order, whatever the traces', () => {
    fc.assert(
      fc.property(anyRecords(60), anyRecords(60), fc.nat(1_000_000), (a, b, shift) => {
        const merged = drain(mergeTraces([a, b].map((records, i) => ({ reader: opened(records, `m${i}`), shift: i * shift, place: 0 }))));
        const expected = [...a, ...b.map((record) => ({ ...record, time: record.time + shift }))].sort((x, y) => x.time - y.time);
        expect(merged).to.deep.equal(expected);
      }),
      { numRuns: 50 },
    );
  });

  const onDisk = (records: readonly PlainRecord[], by: RemapKind, disk: number): PlainRecord[] => {
    opened(records).close();
    return drain(remapped(() => openTrace(file('source')), by, disk));
  };

  it('modulo repeats places after the size of the disk, and moves back what would reach beyond it', () => {
    const records = [read(0, 0), read(1, 4096), write(2, 65_536), read(3, 131_072 - 2048), flush(4)];
    expect(onDisk(records, 'modulo', 65_536).map(({ offset }) => offset)).to.deep.equal([0, 4096, 0, 61_440, 0]);
    expect(() => onDisk([read(0, 0, 8192)], 'modulo', 4096)).to.throw(InputError, /--disk: found 4 KiB, expected at least the 8 KiB/);
  });

  it('linear shrinks places in proportion, in order', () => {
    const records = [read(0, 0), read(1, 1 << 20), read(2, (1 << 20) + 512, 512), read(3, (2 << 20) - 4096)];
    expect(onDisk(records, 'linear', 1 << 20).map(({ offset }) => offset)).to.deep.equal([0, 1 << 19, (1 << 19) + 512, (1 << 20) - 4096]);
    expect(onDisk(records, 'linear', 1 << 30)).to.deep.equal(records);
  });

  it('packed leaves out what is never touched and keeps runs, reuse and the rest of each place', () => {
    const far = 2 ** 40;
    const records = [
      write(0, far, 8192),
      read(1, 4096),
      read(2, far + 8192),
      read(3, far + 4096 + 512, 512),
      discard(4, 0, far + 4096),
      discard(5, 0, 4096),
    ];
    expect(onDisk(records, 'packed', 16_384)).to.deep.equal([
      write(0, 4096, 8192),
      read(1, 0),
      read(2, 12_288),
      read(3, 8192 + 512, 512),
      discard(4, 0, 8192),
    ]);
    expect(() => onDisk(records, 'packed', 12_288)).to.throw(InputError, /--disk: found 12 KiB, expected at least the footprint of 16 KiB/);
  });

  it('packed keeps what is one block one block, and what is two two, whatever the trace', () => {
    fc.assert(
      fc.property(anyRecords(40), (any) => {
        const records = any.filter(({ op }) => op !== TraceOp.DISCARD).map((record) => ({ ...record, bytes: record.bytes % 2 ** 16 }));
        fc.pre(records.length > 0 && records.every(({ op, bytes }) => op === TraceOp.FLUSH || bytes > 0));
        const packed = onDisk(records, 'packed', 2 ** 40);
        const places = new Map<number, number>();
        packed.forEach(({ op, offset, bytes }, i) => {
          if (op === TraceOp.FLUSH) return;
          expect(bytes).to.equal(records[i]!.bytes);
          for (let at = 0; at < bytes; at += 512) {
            const from = records[i]!.offset + at;
            expect(places.get(from) ?? offset + at).to.equal(offset + at);
            places.set(from, offset + at);
          }
        });
        expect(new Set(places.values()).size).to.equal(places.size);
      }),
      { numRuns: 50 },
    );
  });
});
