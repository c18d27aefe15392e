/** `snapsim trace info`: what a trace holds, found in one pass and constant memory. */
import { formatBytes, formatTime, second, type Bytes } from '../../sim/units.js';
import { TraceBatch, TraceOp } from '../../traces/batch.js';
import { openTraceNamed } from '../../traces/formats/index.js';
import type { EventTraceReader, TraceOptions } from '../../traces/formats/trace-format.js';
import { Counter } from '../../sim/statistics/counter.js';
import { ActivityPass, type Activity } from './activity.js';
import { ArrivalPass, type Burstiness } from './arrivals.js';
import { SizePass, type SizeBucket, type Sizes } from './sizes.js';
import { TouchedPass, type TraceTotals } from './touched.js';
import { WorkingSetPass, type WorkingSet } from './working-set.js';

export interface TraceInfo extends TraceTotals {
  readonly path: string;
  readonly format: string;
  /** Events of each kind by letter; null where the format holds requests only. */
  readonly events: Readonly<Record<string, number>> | null;
  /** Reads among reads and writes; null where there are neither. */
  readonly readShare: number | null;
  /** Reads and writes that begin where the read or write before them ended. */
  readonly sequentialShare: number | null;
  readonly readSizes: Sizes | null;
  readonly writeSizes: Sizes | null;
  /** Bytes read, and bytes written. */
  readonly readBytes: Bytes;
  readonly writtenBytes: Bytes;
  /** Records a second; null where all have one time. */
  readonly arrivalsPerSecond: number | null;
  /** The same share where streams that go on side by side count as sequential. */
  readonly sequentialInStreamsShare: number | null;
  readonly sizeBuckets: readonly SizeBucket[];
  readonly workingSets: readonly WorkingSet[];
  /** Null where the trace is shorter than two seconds. */
  readonly burstiness: Burstiness | null;
  /** Mean of the recorded response times; null where the trace has none. */
  readonly meanResponseMs: number | null;
  /** Bad records that were skipped. */
  readonly skipped: number;
  /** Over the trace's time, for a picture. */
  readonly activity: Activity;
}

/** Everything that one pass over the records finds. */
class InfoPass {
  readonly touched = new TouchedPass();
  readonly sizes = new SizePass();
  readonly arrivals = new ArrivalPass();
  readonly workingSet = new WorkingSetPass();
  readonly activity = new ActivityPass();
  readonly response = new Counter();

  add(batch: TraceBatch): void {
    for (const pass of [this.touched, this.sizes, this.arrivals, this.workingSet, this.activity]) pass.add(batch);
    for (let i = 0; i < batch.size; i++) if (!Number.isNaN(batch.response[i]!)) this.response.add(batch.response[i]!);
  }
}

/** Reads the trace to its end. Throws InputError as the reader does. */
export function traceInfo(path: string, options: TraceOptions = {}): TraceInfo {
  let skipped = 0;
  const onSkipped = (file: string, count: number, first: string): void => {
    skipped = count;
    options.onSkipped?.(file, count, first);
  };
  const { format, reader } = openTraceNamed(path, { ...options, onSkipped });
  const pass = new InfoPass();
  try {
    const batch = new TraceBatch();
    while (reader.read(batch) > 0) pass.add(batch);
  } finally {
    reader.close();
  }
  const events = 'byAction' in reader ? (reader as EventTraceReader).byAction : null;
  return { path, format, events, ...summary(pass), skipped };
}

function summary(pass: InfoPass): Omit<TraceInfo, 'path' | 'format' | 'events' | 'skipped'> {
  const { sizes, response } = pass;
  const { totals } = pass.touched;
  const readSizes = sizes.of(TraceOp.READ);
  const writeSizes = sizes.of(TraceOp.WRITE);
  const transfers = totals.reads + totals.writes;
  const share = (count: number): number | null => (transfers === 0 ? null : count / transfers);
  return {
    ...totals,
    readShare: share(totals.reads),
    sequentialShare: share(sizes.sequential),
    sequentialInStreamsShare: share(sizes.sequentialInStreams),
    readSizes,
    writeSizes,
    readBytes: readSizes?.totalBytes ?? 0,
    writtenBytes: writeSizes?.totalBytes ?? 0,
    sizeBuckets: sizes.buckets,
    arrivalsPerSecond: totals.span === 0 ? null : (totals.records * second) / totals.span,
    workingSets: pass.workingSet.results,
    burstiness: pass.arrivals.burstiness,
    meanResponseMs: response.count === 0 ? null : response.total / response.count / 1e6,
    activity: pass.activity.activity,
  };
}

/** The same as lines for people. */
export function traceInfoText(info: Omit<TraceInfo, 'activity'>): string {
  const percent = (share: number | null): string => (share === null ? 'none' : `${(share * 100).toFixed(1)} %`);
  const rows: (readonly [string, string])[] = [
    ['trace', info.path],
    ['format', info.format],
    ['records', `${info.records}: ${info.reads} reads, ${info.writes} writes, ${info.flushes} flushes, ${info.discards} discards`],
    ['span', formatTime(info.span)],
    ['arrivals', info.arrivalsPerSecond === null ? 'all at one time' : `${info.arrivalsPerSecond.toFixed(1)} a second`],
    ['read share', percent(info.readShare)],
    ['sequential', `${percent(info.sequentialShare)}; ${percent(info.sequentialInStreamsShare)} where streams side by side count`],
    ['read', sizesText(info.readBytes, info.readSizes)],
    ['written', sizesText(info.writtenBytes, info.writeSizes)],
    [
      'footprint',
      `${formatBytes(info.footprintBytes)} in units of 4 KiB, ${formatBytes(info.readFirstBytes)} of it read before it is written`,
    ],
    ...info.workingSets.map(workingSetRow),
    ['bursts', burstsText(info.burstiness)],
    ['highest end', `${formatBytes(info.highestEnd)} (${info.highestEnd} bytes)`],
  ];
  if (info.sizeBuckets.length > 0) rows.push(['sizes', bucketsText(info.sizeBuckets)]);
  if (info.meanResponseMs !== null) rows.push(['responses', `mean ${info.meanResponseMs.toFixed(3)} ms as recorded`]);
  if (info.skipped > 0) rows.push(['skipped', `${info.skipped} bad records`]);
  if (info.events !== null) {
    const counts = Object.entries(info.events).map(([letter, count]) => `${letter} ${count}`);
    const total = Object.values(info.events).reduce((sum, count) => sum + count, 0);
    rows.push(['events', `${total}: ${counts.join(', ')}`]);
  }
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}`).join('\n');
}

function sizesText(total: Bytes, sizes: Sizes | null): string {
  if (sizes === null) return 'nothing';
  const common = sizes.mostCommon.map(({ bytes, share }) => `${formatBytes(bytes)} (${(share * 100).toFixed(0)} %)`);
  const range = `${formatBytes(sizes.min)} to ${formatBytes(sizes.max)}, mean ${formatBytes(sizes.mean)}`;
  return `${formatBytes(total)}; sizes ${range}; most common ${common.join(', ')}`;
}

function workingSetRow({ windowSeconds, windows, meanBytes, maxBytes }: WorkingSet): readonly [string, string] {
  return [
    'working set',
    `in ${windowSeconds} s: mean ${formatBytes(Math.round(meanBytes))}, most ${formatBytes(maxBytes)} (${windows} windows)`,
  ];
}

function burstsText(burstiness: Burstiness | null): string {
  if (burstiness === null) return 'a trace of less than two seconds says nothing';
  const { indexOfDispersion, peakToMean, hurst } = burstiness;
  const exponent = hurst === null ? 'too short for a Hurst exponent' : `Hurst exponent ${hurst.toFixed(2)}`;
  return `at 1 s: index of dispersion ${indexOfDispersion.toPrecision(3)}, peak ${peakToMean.toPrecision(3)} times the mean; ${exponent}`;
}

function bucketsText(buckets: readonly SizeBucket[]): string {
  return buckets.map(({ upTo, reads, writes }) => `${formatBytes(upTo)} ${reads}r/${writes}w`).join(', ');
}
