import path from 'node:path';
import { expect } from 'chai';
import { mean, sampleStandardDeviation as standardDeviation } from 'simple-statistics';
import { sharedFolder } from '../../../experiments/places.js';
import { millisecond, type Nanoseconds } from '../../../sim/units.js';
import { GuestStep } from '../../../traces/memory/guest-step.js';
import { memoryWorkloads } from '../../../traces/memory/generated/index.js';
import { PageRuns } from '../../../traces/memory/page-runs.js';
import { WrittenPages } from '../../../traces/memory/recorded/written-pages.js';

const slot: Nanoseconds = 500 * millisecond;
/** Lengths of windows in slots: 0.5 to 20 s. */
const windows = [1, 2, 4, 10, 20, 40];

type Slots = readonly ReadonlySet<number>[];

function addTo(slots: Set<number>[], at: number, runs: PageRuns): void {
  const slot = (slots[at] ??= new Set());
  for (let i = 0; i < runs.size; i++) for (let page = 0; page < runs.count[i]!; page++) slot.add(runs.first[i]! + page);
}

/** Pages that are written in each window, each once; a window begins with every slot. */
const written = (stretches: readonly Slots[], length: number): number[] =>
  stretches.flatMap((slots) =>
    Array.from({ length: Math.max(0, slots.length - length + 1) }, (_, first) => {
      const pages = new Set<number>();
      for (const slot of slots.slice(first, first + length)) for (const page of slot) pages.add(page);
      return pages.size;
    }),
  );

const variation = (sizes: readonly number[]): number => standardDeviation(sizes) / mean(sizes);

/** The recording of programs and that of the page cache, by interval of the first. */
function recorded(folder: string): Set<number>[] {
  const programs = new WrittenPages(path.join(folder, 'compile.pages.txt.zst'));
  const cache = new WrittenPages(path.join(folder, 'compile.pagecache.pages.txt.zst'));
  const [slots, runs, cached]: [Set<number>[], PageRuns, PageRuns] = [[], new PageRuns(), new PageRuns()];
  let hasCached = cache.read(cached);
  while (programs.read(runs)) {
    addTo(slots, programs.interval, runs);
    for (; hasCached && cache.end <= programs.end + millisecond; hasCached = cache.read(cached)) addTo(slots, programs.interval, cached);
  }
  programs.close();
  cache.close();
  return slots;
}

function compiled(seed: number, options: Readonly<Record<string, unknown>>): Set<number>[] {
  const slots: Set<number>[] = [];
  const workload = memoryWorkloads.get('compilation', 'test').make({ work: '60s', ...options }, seed, 'test');
  const step = new GuestStep();
  for (let time = 0; workload.next(step.clear()); time += step.processorTime) {
    for (const runs of [step.writes, step.filled]) addTo(slots, Math.floor(time / slot), runs);
  }
  return slots.slice(1);
}

/** The stretches of the recording in which make runs. */
function makes(folder: string): Slots[] {
  const slots = recorded(folder);
  return [slots.slice(14, 58), slots.slice(64)];
}

describe('the generated compilation', () => {
  it('writes as many pages in windows of 0.5 to 20 s as half of the recorded make -j2, where files do not differ', function () {
    const folder = sharedFolder('traces/memory');
    if (folder === null) return this.skip();
    const [real, generated] = [makes(folder), [compiled(1, { fluctuation: 0 })]];
    for (const length of windows)
      expect(mean(written(generated, length)) / (mean(written(real, length)) / 2), `${length / 2} s`).to.be.within(0.95, 1.05);
  });

  it('fluctuates up to 2 s as one of two compilers that do so independently', function () {
    const folder = sharedFolder('traces/memory');
    if (folder === null) return this.skip();
    const [real, generated] = [makes(folder), [1, 2, 3, 4, 5, 6].map((seed) => compiled(seed, {}))];
    for (const length of windows.slice(0, 3)) {
      const ratio = variation(written(generated, length)) / (variation(written(real, length)) * Math.SQRT2);
      expect(ratio, `${length / 2} s`).to.be.within(0.7, 1.3);
    }
  });
});
