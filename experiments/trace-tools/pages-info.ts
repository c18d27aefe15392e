/** `snapsim trace info` of a recording of written memory pages. */
import { formatBytes, formatTime, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { PageRuns } from '../../traces/memory/page-runs.js';
import { WrittenPages } from '../../traces/memory/recorded/written-pages.js';
import { openSource } from '../../traces/source/byte-source.js';
import { ByteWindow } from '../../traces/source/byte-window.js';
import { isPageRecording } from '../../traces/formats/refused.js';
import { UnitBitmap, unitBytes } from './unit-bitmap.js';

export interface PagesInfo {
  readonly path: string;
  readonly format: 'pages';
  readonly intervals: number;
  /** Length of an interval, as the header says; 0 where it does not. */
  readonly intervalLength: Nanoseconds;
  /** From the end of the first interval to the end of the last. */
  readonly span: Nanoseconds;
  /** Pages that are written in an interval. */
  readonly meanPages: number;
  readonly maxPages: number;
  /** Runs of neighbouring pages in an interval. */
  readonly meanRuns: number;
  /** Pages that are written at all, and one more than the highest of them. */
  readonly distinctPages: number;
  readonly highestPage: number;
}

/** Whether a file holds written pages, not block requests. Throws InputError where it cannot be read. */
export function holdsPages(path: string): boolean {
  const input = new ByteWindow(openSource(path));
  try {
    return isPageRecording(input.head(64));
  } finally {
    input.close();
  }
}

/** Reads the recording to its end. Throws InputError (file:line) at what is no record. */
export function pagesInfo(path: string): PagesInfo {
  const recording = new WrittenPages(path);
  const runs = new PageRuns();
  const used = new UnitBitmap();
  let [intervals, pages, most, pieces, highest, began] = [0, 0, 0, 0, 0, 0];
  try {
    while (recording.read(runs)) {
      if (intervals++ === 0) began = recording.end;
      pages += runs.pages;
      pieces += runs.size;
      most = Math.max(most, runs.pages);
      for (let i = 0; i < runs.size; i++) {
        const end = runs.first[i]! + runs.count[i]!;
        highest = Math.max(highest, end);
        for (let page = runs.first[i]!; page < end; page++) used.add(page);
      }
    }
    const mean = (sum: number): number => (intervals === 0 ? 0 : sum / intervals);
    return {
      path,
      format: 'pages',
      intervals,
      intervalLength: recording.length,
      span: intervals === 0 ? 0 : recording.end - began,
      meanPages: mean(pages),
      maxPages: most,
      meanRuns: mean(pieces),
      distinctPages: used.count,
      highestPage: highest,
    };
  } finally {
    recording.close();
  }
}

/** The same as lines for people. */
export function pagesInfoText(info: PagesInfo): string {
  const size = (pages: number): Bytes => Math.round(pages) * unitBytes;
  const rows: (readonly [string, string])[] = [
    ['trace', info.path],
    ['format', 'pages: memory pages written in each interval, no block requests'],
    ['intervals', `${info.intervals}${info.intervalLength === 0 ? '' : ` of ${formatTime(info.intervalLength)}`}`],
    ['span', formatTime(info.span)],
    ['written', `mean ${info.meanPages.toFixed(1)} pages an interval (${formatBytes(size(info.meanPages))}), most ${info.maxPages}`],
    ['runs', `mean ${info.meanRuns.toFixed(1)} an interval`],
    ['footprint', `${info.distinctPages} pages (${formatBytes(size(info.distinctPages))}), all below page ${info.highestPage}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}`).join('\n');
}
