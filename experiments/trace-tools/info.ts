/** `snapsim trace info`: what a trace holds, found in one pass and constant memory. */
import { formatBytes, formatTime, second, type Bytes } from '../../sim/units.js';
import { TraceBatch, TraceOp } from '../../traces/batch.js';
import { openTraceNamed } from '../../traces/formats/index.js';
import type { EventTraceReader, TraceOptions } from '../../traces/formats/trace-format.js';
import { SizePass, type Sizes } from './sizes.js';
import { TouchedPass, type TraceTotals } from './touched.js';

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
}

/** Reads the trace to its end. Throws InputError as the reader does. */
export function traceInfo(path: string, options: TraceOptions = {}): TraceInfo {
  const { format, reader } = openTraceNamed(path, options);
  try {
    const batch = new TraceBatch();
    const touched = new TouchedPass();
    const sizes = new SizePass();
    while (reader.read(batch) > 0) {
      touched.add(batch);
      sizes.add(batch);
    }
    const { totals } = touched;
    const readSizes = sizes.of(TraceOp.READ);
    const writeSizes = sizes.of(TraceOp.WRITE);
    const transfers = totals.reads + totals.writes;
    return {
      path,
      format,
      events: 'byAction' in reader ? (reader as EventTraceReader).byAction : null,
      ...totals,
      readShare: transfers === 0 ? null : totals.reads / transfers,
      sequentialShare: transfers === 0 ? null : sizes.sequential / transfers,
      readSizes,
      writeSizes,
      readBytes: readSizes?.totalBytes ?? 0,
      writtenBytes: writeSizes?.totalBytes ?? 0,
      arrivalsPerSecond: totals.span === 0 ? null : (totals.records * second) / totals.span,
    };
  } finally {
    reader.close();
  }
}

/** The same as lines for people. */
export function traceInfoText(info: TraceInfo): string {
  const percent = (share: number | null): string => (share === null ? 'none' : `${(share * 100).toFixed(1)} %`);
  const rows: (readonly [string, string])[] = [
    ['trace', info.path],
    ['format', info.format],
    ['records', `${info.records}: ${info.reads} reads, ${info.writes} writes, ${info.flushes} flushes, ${info.discards} discards`],
    ['span', formatTime(info.span)],
    ['arrivals', info.arrivalsPerSecond === null ? 'all at one time' : `${info.arrivalsPerSecond.toFixed(1)} a second`],
    ['read share', percent(info.readShare)],
    ['sequential', percent(info.sequentialShare)],
    ['read', sizesText(info.readBytes, info.readSizes)],
    ['written', sizesText(info.writtenBytes, info.writeSizes)],
    [
      'footprint',
      `${formatBytes(info.footprintBytes)} in units of 4 KiB, ${formatBytes(info.readFirstBytes)} of it read before it is written`,
    ],
    ['highest end', `${formatBytes(info.highestEnd)} (${info.highestEnd} bytes)`],
  ];
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
