import { expect } from 'chai';
import * as fc from 'fast-check';
import { noteOf, timelineJson, writeTimeline } from '../../results/timeline.js';
import { Timeline } from '../../sim/timeline.js';
import { nestingFaults, type TraceFile } from './support/trace-events.js';

const parse = (timeline: Timeline): TraceFile => JSON.parse(timelineJson(timeline)) as TraceFile;

describe('the timeline', () => {
  it('names lanes, and gives times in microseconds to the nanosecond', () => {
    const timeline = new Timeline({ limit: 10 });
    const disk = timeline.addLane('disk "sda"');
    const seek = timeline.addName('seek');
    timeline.slice(disk, seek, 1_234_567, 1_234_570);
    timeline.slice(disk, seek, 2_000_000, 2_000_000);
    const { displayTimeUnit, traceEvents } = parse(timeline);
    expect(displayTimeUnit).equals('ns');
    expect(traceEvents).deep.include({ ph: 'M', pid: 1, tid: 1, name: 'thread_name', args: { name: 'disk "sda"' } });
    expect(timelineJson(timeline)).contains('"ts":1234.567,"dur":0.003}');
    expect(timelineJson(timeline)).contains('"ts":2000,"dur":0}');
  });

  it('draws what nests as slices, and a lane with overlaps as asynchronous pairs', () => {
    const timeline = new Timeline({ limit: 10 });
    const [lock, queue] = [timeline.addLane('lock'), timeline.addLane('queue')];
    const name = timeline.addName('held');
    // The inner one is recorded first, as it ends first.
    timeline.slice(lock, name, 10, 20);
    timeline.slice(lock, name, 10, 50);
    timeline.slice(lock, name, 50, 60);
    timeline.slice(queue, name, 0, 30);
    timeline.slice(queue, name, 20, 40);
    const { traceEvents } = parse(timeline);
    expect(nestingFaults(traceEvents)).deep.equals([]);
    expect(traceEvents.filter(({ ph, tid }) => ph === 'X' && tid === lock + 1)).length(3);
    expect(traceEvents.filter(({ ph, tid }) => ph === 'b' && tid === queue + 1)).length(2);
  });

  it('gives valid events for any slices', () => {
    const slices = fc.array(fc.tuple(fc.nat(2), fc.nat(100), fc.nat(40)), { maxLength: 40 });
    fc.assert(
      fc.property(slices, (all) => {
        const timeline = new Timeline({ limit: 100 });
        for (const lane of ['a', 'b', 'c']) timeline.addLane(lane);
        const name = timeline.addName('x');
        for (const [lane, start, length] of all) timeline.slice(lane, name, start, start + length);
        const { traceEvents } = parse(timeline);
        expect(nestingFaults(traceEvents)).deep.equals([]);
        expect(traceEvents.filter(({ ph }) => ph === 'X' || ph === 'b')).length(all.length);
      }),
    );
  });

  it('says how many slices it left out', () => {
    const timeline = new Timeline({ limit: 2 });
    const lane = timeline.addLane('disk');
    const name = timeline.addName('read');
    for (let i = 0; i < 5; i++) timeline.slice(lane, name, i * 10, i * 10 + 5);
    expect(parse(timeline).otherData).deep.equals({ slices: 2, dropped: 3, note: 'the first 2 slices; left out: 3 beyond the limit' });
    expect(parse(new Timeline({ limit: 2 })).otherData.note).equals('every slice of the run');
  });

  it('keeps what is within a window at least in part, and says what came before and after', () => {
    const timeline = new Timeline({ limit: 3, from: 100, to: 200 });
    const lane = timeline.addLane('disk');
    const name = timeline.addName('read');
    for (const [start, end] of [
      [0, 99],
      [50, 100],
      [60, 300],
      [150, 160],
      [170, 180],
      [200, 210],
      [201, 210],
      [300, 310],
    ] as const)
      timeline.slice(lane, name, start, end);
    expect([...timeline.start.subarray(0, timeline.size)]).deep.equals([50, 60, 150]);
    expect(parse(timeline).otherData).deep.equals({
      slices: 3,
      dropped: 5,
      note: 'the first 3 slices of 100 ns to 200 ns; left out: 1 before, 2 after, 2 beyond the limit',
    });
    expect(noteOf(new Timeline({ from: 5 }))).equals('every slice of the run');
  });

  it('is written in pieces that together are the whole', () => {
    const timeline = new Timeline({ limit: 5000 });
    const lane = timeline.addLane('disk');
    const name = timeline.addName('read');
    for (let i = 0; i < 5000; i++) timeline.slice(lane, name, i * 10, i * 10 + 5);
    const pieces: string[] = [];
    writeTimeline(timeline, (text) => pieces.push(text));
    expect(pieces.length).above(3);
    expect(Math.max(...pieces.map(({ length }) => length))).below(70_000);
    expect(pieces.join('')).equals(timelineJson(timeline));
  });
});

describe('the check of nesting', () => {
  it('finds slices that overlap, and pairs that are not closed', () => {
    const at = { pid: 1, tid: 1, name: 'x' };
    expect(
      nestingFaults([
        { ...at, ph: 'X', ts: 0, dur: 10 },
        { ...at, ph: 'X', ts: 5, dur: 10 },
      ]),
    ).length(1);
    expect(
      nestingFaults([
        { ...at, ph: 'X', ts: 5, dur: 1 },
        { ...at, ph: 'X', ts: 0, dur: 1 },
      ]),
    ).length(1);
    expect(nestingFaults([{ ...at, ph: 'b', cat: 'c', id: 1, ts: 0 }])).deep.equals(['c/1/x never ends']);
    expect(nestingFaults([{ ...at, ph: 'e', cat: 'c', id: 1, ts: 0 }])).length(1);
  });
});
