import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { sharedFolder } from '../../../experiments/places.js';
import { ActivityPass } from '../../../experiments/trace-tools/activity.js';
import { ArrivalPass } from '../../../experiments/trace-tools/arrivals.js';
import { infoChart, infoChartKinds } from '../../../experiments/trace-tools/info-chart.js';
import { holdsPages, pagesInfo, pagesInfoText } from '../../../experiments/trace-tools/pages-info.js';
import { SizePass } from '../../../experiments/trace-tools/sizes.js';
import { WorkingSetPass } from '../../../experiments/trace-tools/working-set.js';
import { renderSvg } from '../../../results/charts/index.js';
import { RandomStream } from '../../../sim/random.js';
import { second } from '../../../sim/units.js';
import { TraceBatch, TraceOp } from '../../../traces/batch.js';
import { scratchFolder } from '../../traces/support/records.js';

/** Puts records through a pass, a few at a time. */
function put<P extends { add(batch: TraceBatch): void }>(
  pass: P,
  records: Iterable<readonly [time: number, op: TraceOp, offset: number, bytes: number]>,
): P {
  const batch = new TraceBatch(7);
  for (const [time, op, offset, bytes] of records) {
    batch.push(time, op, offset, bytes);
    if (batch.size === batch.capacity) {
      pass.add(batch);
      batch.size = 0;
    }
  }
  pass.add(batch);
  return pass;
}

function* arrivals(times: Iterable<number>): Generator<readonly [number, TraceOp, number, number]> {
  for (const time of times) yield [time, TraceOp.READ, 0, 512];
}

function* poisson(seed: string, perSecond: (time: number) => number, seconds: number): Generator<number> {
  const random = new RandomStream(1, seed);
  for (let time = 0; time < seconds * second; time += random.exponential(second / perSecond(time))) yield time;
}

describe('what a trace holds', () => {
  const { file } = scratchFolder();

  it('even arrivals have no dispersion, and no peak', () => {
    const even = put(new ArrivalPass(), arrivals(Array.from({ length: 1000 }, (_, i) => i * 0.1 * second)));
    expect(even.burstiness).to.deep.equal({ windows: 99, indexOfDispersion: 0, peakToMean: 1, hurst: null });
  });

  it('Poisson arrivals have an index of dispersion of 1 and a Hurst exponent of a half; bursts have more', () => {
    const plain = put(new ArrivalPass(), arrivals(poisson('plain', () => 50, 4000))).burstiness!;
    expect(plain.indexOfDispersion).to.be.within(0.9, 1.1);
    expect(plain.hurst).to.be.within(0.4, 0.6);
    const random = new RandomStream(1, 'bursts');
    const rates = Array.from({ length: 4001 }, () => 0);
    for (let from = 0; from < rates.length;) {
      const length = Math.ceil(random.uniform() ** -0.9); // so long a tail that bursts come at every scale
      rates.fill(random.chance(0.5) ? 100 : 1, from, from + length);
      from += length;
    }
    const bursty = put(new ArrivalPass(), arrivals(poisson('bursty', (time) => rates[Math.floor(time / second)]!, 4000))).burstiness!;
    expect(bursty.indexOfDispersion).to.be.above(10);
    expect(bursty.peakToMean).to.be.above(1.5);
    expect(bursty.hurst).to.be.above(0.7);
  });

  it('says nothing of bursts where there are less than two whole seconds', () => {
    expect(put(new ArrivalPass(), arrivals([0, 1.9 * second])).burstiness).to.equal(null);
  });

  it('the working set counts each block once in a window, and empty windows as empty', () => {
    const [read, write] = [TraceOp.READ, TraceOp.WRITE];
    const pass = put(new WorkingSetPass(), [
      [0, read, 0, 8192],
      [1, write, 4096, 4096],
      [2, TraceOp.DISCARD, 2 ** 30, 4096],
      [3.5 * second, read, 0, 512],
      [60 * second, read, 0, 512],
    ]);
    expect(pass.results).to.deep.equal([
      { windowSeconds: 1, windows: 60, meanBytes: (3 * 4096) / 60, maxBytes: 8192 },
      { windowSeconds: 60, windows: 1, meanBytes: 8192, maxBytes: 8192 },
    ]);
  });

  it('activity keeps all requests and bytes, however often its bins get longer', () => {
    const records = Array.from({ length: 5000 }, (_, i) => [i * i * 1000, i % 3 === 0 ? TraceOp.READ : TraceOp.WRITE, 0, 512] as const);
    const { readRequests, writeRequests, readBytes, writtenBytes, binLength } = put(new ActivityPass(), records).activity;
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect([sum(readRequests), sum(writeRequests)]).to.deep.equal([1667, 3333]);
    expect(sum(readBytes) + sum(writtenBytes)).to.equal(5000 * 512);
    expect(readRequests.length).to.be.within(200, 400);
    expect(readRequests.length * binLength).to.be.within(4999 * 4999 * 1000, 4999 * 4999 * 1000 + binLength);
  });

  it('streams side by side are sequential only where streams count, and sizes fall into powers of two', () => {
    const records = Array.from({ length: 10 }, (_, i) => [i, TraceOp.READ, (i % 2) * 2 ** 30 + Math.floor(i / 2) * 1024, 1024] as const);
    const pass = put(new SizePass(), [...records, [11, TraceOp.WRITE, 2 ** 35, 1025]]);
    expect([pass.sequential, pass.sequentialInStreams]).to.deep.equal([0, 8]);
    expect(pass.buckets).to.deep.equal([
      { upTo: 1024, reads: 10, writes: 0 },
      { upTo: 2048, reads: 0, writes: 1 },
    ]);
  });

  it('each picture can be drawn', async () => {
    const records = Array.from(
      { length: 50 },
      (_, i) => [i * second, i % 3 === 0 ? TraceOp.READ : TraceOp.WRITE, 0, 512 << (i % 4)] as const,
    );
    const { activity } = put(new ActivityPass(), records);
    const { buckets } = put(new SizePass(), records);
    for (const kind of infoChartKinds) expect(await renderSvg(infoChart(kind, activity, buckets))).to.include('</svg>');
  });

  it('a recording of written pages is told by its header, and summed up', () => {
    writeFileSync(file('a.pages.txt'), '# wprec v1 interval_ms=500 page_size=4096\n0 1000 3 5:2 10\n1 501000 2 5 1\n');
    expect(holdsPages(file('a.pages.txt'))).to.equal(true);
    const info = pagesInfo(file('a.pages.txt'));
    expect(info).to.include({ intervals: 2, intervalLength: 5e8, span: 500_000, meanPages: 2.5, maxPages: 3, meanRuns: 2 });
    expect(info).to.include({ distinctPages: 4, highestPage: 18 });
    expect(pagesInfoText(info)).to.match(/^written +mean 2\.5 pages an interval/m);
  });

  it('the recordings of the reference data have the means and maxima of their README', function () {
    const folder = sharedFolder('traces/memory');
    if (folder === null) {
      console.log('      skipped: no folder ../shared/traces/memory'); // eslint-disable-line no-console
      this.skip();
    }
    const info = pagesInfo(path.join(folder, 'compile.pages.txt.zst'));
    expect([info.intervals, info.maxPages]).to.deep.equal([125, 17_775]); // one row of its summary each
  });
});
