import { expect } from 'chai';
import { loadLedger } from '../../../experiments/claims/index.js';
import { consnapCounts } from '../../../experiments/figures/consnap-counts.js';
import { consnapFig04 } from '../../../experiments/figures/consnap-fig04.js';
import { consnapFig06 } from '../../../experiments/figures/consnap-fig06.js';
import { consnapFig07 } from '../../../experiments/figures/consnap-fig07.js';
import { consnapFig08 } from '../../../experiments/figures/consnap-fig08.js';
import { consnapIntervals } from '../../../experiments/figures/consnap-intervals.js';
import type { Figure, Point } from '../../../experiments/figures/figure.js';
import { figures } from '../../../experiments/figures/index.js';
import { irow16Fig03 } from '../../../experiments/figures/irow16-fig03.js';
import { epochMeans, guestMachine, steadyStretch, type Stretch } from '../../../experiments/run/consnap-runs.js';
import { SliceWatch } from '../../../experiments/run/slice-watch.js';
import { consnap } from '../../../experiments/testbeds/consnap.js';
import type { Row } from '../../../results/rows.js';
import { numberIn } from '../../../results/summary.js';
import { second } from '../../../sim/units.js';

/** Rows of one seed, of the points that are wanted. */
const rowsOf = ({ study }: Figure, isWanted: (point: Point) => boolean = () => true): Row[] =>
  study
    .points('quick')
    .filter(isWanted)
    .flatMap((point) => study.run(point, 1, 'quick', consnap));

function holds(figure: Figure, rows: readonly Row[], claim: string): boolean {
  const measure = figure.measures.find((one) => one.claim === claim)!;
  return measure.holds!(measure.value(figure.claimRows(rows)));
}

/** What a stretch of a guest takes over the same work alone. */
function slowdown(guest: 'Compilation' | 'Idle', method: string, intervalS: number): number {
  const plan = { interval: intervalS * second, measured: 30 * second, latest: 100 * second };
  const { time, timeAlone } = steadyStretch({ testbed: consnap, guest, method, seed: 1 }, plan);
  return time / timeAlone;
}

describe('the figures of ConSnap', () => {
  it('measure every claim that is not mere context, once', () => {
    const measured = figures.names.flatMap((name) => figures.get(name, 'test').measures.map(({ claim }) => claim));
    const claims = loadLedger().claims.filter(({ id, class: kind }) => id.startsWith('consnap-') && kind !== 'context');
    for (const { id } of claims)
      expect(
        measured.filter((claim) => claim === id),
        id,
      ).to.have.length(1);
  });

  it('transfer a file in 180 s without a snapshot, and later by the downtime of stop-and-copy', () => {
    const rows = rowsOf(consnapFig06, ({ method }) => method === 'no snapshot' || method === 'stop-and-copy');
    const [alone, stopped] = rows.filter((row) => row['second'] === null);
    expect(numberIn(alone!, 'transferS')).to.be.within(180, 180.1);
    expect(numberIn(stopped!, 'transferS') - 180).to.be.within(21, 22.5);
    const standing = rows.filter((row) => row['method'] === 'stop-and-copy' && row['receivedMBs'] === 0 && Number(row['second']) > 21);
    expect(standing.length, 'seconds in which nothing arrives').to.be.within(20, 21);
  });

  it('draw what they ran', () => {
    for (const [figure, charts] of [
      [consnapFig06, 1],
      [consnapFig07, 1],
      [irow16Fig03, 3],
    ] as const) {
      const drawn = figure.charts(rowsOf(figure));
      expect(drawn).to.have.length(charts);
      for (const { points } of drawn) expect(points.rows.length).to.be.greaterThan(0);
    }
  });

  it('sample the dirty pages 100 times every 2 s', () => {
    const rows = rowsOf(consnapFig08, ({ workload, periodS }) => workload === 'Idle' && periodS === 2);
    expect(rows.map((row) => row['sample'])).to.deep.equal(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('compare a guest with itself: it takes longer by the downtimes at least, and less the longer the interval', () => {
    expect(slowdown('Idle', 'consnap', 1)).to.be.within(1.036, 1.04);
    const [often, seldom] = [1, 5].map((intervalS) => slowdown('Compilation', 'stop-and-copy', intervalS));
    expect(often).to.be.greaterThan(1.5);
    expect(seldom).to.be.within(1.1, often! - 0.3);
  });

  it('lose by stop-and-copy at 1 s what its downtimes at 2 s come to by arithmetic, for as many pages as are written in a second', () => {
    const stretch = (guest: 'Compilation' | 'Idle', intervalS: number): Stretch => {
      const plan = { interval: intervalS * second, measured: 60 * second, latest: 100 * second };
      return steadyStretch({ testbed: consnap, guest, method: 'stop-and-copy', seed: 1 }, plan);
    };
    const [idle, busy] = (['Idle', 'Compilation'] as const).map((guest) => epochMeans(stretch(guest, 2).records));
    const msAPage = (busy!.downtimeMs - idle!.downtimeMs) / (busy!.pages - idle!.pages);
    const { time, timeAlone, records } = stretch('Compilation', 1);
    const atOne = (idle!.downtimeMs + msAPage * (epochMeans(records).pages - idle!.pages)) / 1e3;
    expect(100 * (time / timeAlone - 1)).to.be.within(100 * (1 / (1 - atOne) - 1), 100 * (1 / (1 - atOne) - 1) + 8);
  });

  it('find a shortest interval that is feasible, longer by stop-and-copy than by ConSnap', () => {
    const rows = rowsOf(consnapIntervals, ({ workload }) => workload === 'Idle');
    const least = Object.fromEntries(rows.map((row) => [String(row['method']), numberIn(row, 'leastMs')]));
    expect(least['stop-and-copy']).to.be.within(600, 700);
    expect(least['ConSnap']).to.be.within(50, 100);
    for (const row of rows) expect(numberIn(row, 'lossPercent')).to.be.at.most(50);
  });

  it('need only some of their points for a claim that is about some', () => {
    for (const name of figures.names) {
      const { paper, study, measures } = figures.get(name, 'test');
      if (paper !== 'ConSnap' || study.pointsFor === undefined) continue;
      const all = study.points('quick').map((point) => JSON.stringify(point));
      for (const { claim } of measures) {
        const some = study.pointsFor(claim, 'quick').map((point) => JSON.stringify(point));
        expect(some, claim).to.not.have.length(0);
        expect(all, claim).to.include.members(some);
      }
    }
  });

  it('write a full state in the time that the drive needs for pieces of 32 KiB, one after the other', () => {
    const { host } = guestMachine({ testbed: consnap, guest: 'Idle', method: 'stop-and-copy', seed: 1 }).run(
      { first: 0, interval: second, count: 1, fullFrom: 0 },
      60 * second,
    );
    expect(host.records[0]!.downtime / second).to.be.within(20.5, 23);
  });

  it('flush a slice in no less time than the file system needs for it', () => {
    const durationS = (controller: string): number => {
      const { host } = guestMachine({ testbed: consnap, guest: 'Idle', method: 'consnap', controller, seed: 1 }).run(
        { first: 0, interval: second, count: 1, fullFrom: 0 },
        100 * second,
      );
      return (host.records[0]!.ended - host.records[0]!.begun) / second;
    };
    const [none, fixed, adaptive] = ['none', 'fixed', 'adaptive'].map(durationS);
    expect(none).to.be.within(27, 31);
    expect(fixed! - none!).to.be.within(9.5, 11);
    expect(adaptive).to.be.within(none!, fixed!);
  });

  it('refuse a guest whose increments do not come in time', () => {
    const plan = { interval: second, measured: second, latest: 5 * second };
    expect(() => steadyStretch({ testbed: consnap, guest: 'Idle', method: 'consnap', seed: 1 }, plan)).to.throw(RangeError, 'after 5 s');
  });

  it('see a flush that is faster than what the guest leaves', () => {
    const highest = (controller: string): number => {
      let watch: SliceWatch | null = null;
      guestMachine({
        testbed: consnap,
        guest: 'Idle',
        method: 'consnap',
        controller,
        seed: 1,
        watch: (watched) => (watch = new SliceWatch(watched, 60e6, 1e6)),
      }).run({ first: 0, interval: second, count: 1, fullFrom: 0 }, 60 * second);
      return watch!.highest;
    };
    expect(highest('adaptive')).to.be.within(0.9, 1 + 1e-6);
    // 80 MB/s of the file system, of 60.
    expect(highest('none')).to.be.within(1.15, 4 / 3);
  });

  it('save each page once and as it was, also where guests write by DMA', () => {
    const rows = rowsOf(consnapCounts, ({ study, workload }) => study === 'rules' && workload !== 'IOzone');
    for (const row of rows) {
      if (row['item'] === 'copies of a page') expect(row['value'], String(row['workload'])).to.equal(1);
      if (row['item'] === 'pages that differ') expect(row['value'], String(row['workload'])).to.equal(0);
      if (row['item'] === 'snapshots') expect(row['value'], String(row['workload'])).to.equal(4);
    }
  });

  it('do not let pre-copy come to an end where a guest writes faster than it saves', () => {
    const rows = rowsOf(consnapCounts, ({ study, share }) => study === 'pre-copy' && (share === 0.9 || share === 1.1));
    expect(holds(consnapCounts, rows, 'consnap-rw-precopy-fail')).to.equal(true);
  });

  it('merge what a child lacks, and keep coarse points of long ago with granularities only', () => {
    const rows = rowsOf(consnapFig04);
    expect(holds(consnapFig04, rows, 'consnap-fig4-reclaim')).to.equal(true);
    expect(holds(consnapFig04, rows, 'consnap-window-vs-granularity')).to.equal(true);
  });
});

describe("saved states of iROW's paper", () => {
  it('are written faster without an index, and leave out what is free in proportion', () => {
    const rows = rowsOf(irow16Fig03);
    for (const { claim } of irow16Fig03.measures) expect(holds(irow16Fig03, rows, claim), claim).to.equal(true);
  });
});
