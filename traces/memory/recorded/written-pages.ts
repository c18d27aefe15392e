/**
 * Recordings of written pages: for each interval the pages that were written in it at least once, in the order of addresses. A header line
 * `# wprec v1 interval_ms=N page_size=N ...` (or another line that begins with #, in a page-cache recording that belongs to one), then
 * `interval end_ns pages gap[:length] gap[:length] ...`: a gap counts from the page behind the run before, a length left out is 1.
 */
import type { Nanoseconds } from '../../../sim/units.js';
import type { PageRuns } from '../page-runs.js';
import { ByteScanner, END } from './byte-scanner.js';

const blank = 32;
const colon = 58;
const newline = 10;
const hash = 35;
const expectedLine = 'a line `interval end_ns pages gap[:length] ...`';
/** The most that a page number may be: 2^31 pages are 8 TiB. */
const pagesMax = 2 ** 31 - 1;

export class WrittenPages {
  /** Of the interval that was read last. */
  interval = -1;
  /** Its end, by the clock of the recording. */
  end: Nanoseconds = 0;
  /** Length of the intervals, and when the recording began, as the header says; 0 where it does not. */
  readonly length: Nanoseconds;
  readonly began: Nanoseconds;
  private readonly scanner: ByteScanner;

  /** Throws InputError at a file that is missing, or has no header. */
  constructor(path: string) {
    this.scanner = new ByteScanner(path);
    if (this.scanner.peek() !== hash) throw this.scanner.error(this.scanner.shown(), 'a header that begins with #');
    const header = this.scanner.restOfLine(1000);
    const field = (name: string): number => Number(new RegExp(`\\b${name}=([0-9]+)`).exec(header)?.[1] ?? 0);
    this.length = field('interval_ms') * 1e6;
    this.began = field('pid_start_mono_ns');
    const size = field('page_size');
    if (size !== 0 && size !== 4096) throw this.scanner.error(`pages of ${size} bytes`, 'pages of 4096 bytes');
  }

  /** Fills in the runs of the next interval; false at the end. Throws InputError at anything that is no record. */
  read(runs: PageRuns): boolean {
    const { scanner } = this;
    runs.clear();
    if (scanner.peek() === END) return false;
    const interval = scanner.number(expectedLine);
    this.blank();
    const end = scanner.number(expectedLine);
    if (interval <= this.interval || end <= this.end) throw scanner.error(`interval ${interval} at ${end} ns`, 'intervals in their order');
    this.interval = interval;
    this.end = end;
    this.blank();
    const pages = scanner.number(expectedLine);
    this.readRuns(runs);
    if (runs.pages !== pages) throw scanner.error(`runs of ${runs.pages} pages`, `${pages} pages, as the line says`);
    scanner.take();
    return true;
  }

  close(): void {
    this.scanner.close();
  }

  private readRuns(runs: PageRuns): void {
    const { scanner } = this;
    let page = 0;
    while (scanner.peek() === blank) {
      scanner.take();
      if (scanner.peek() === newline) break;
      page += scanner.number(expectedLine);
      let count = 1;
      if (scanner.peek() === colon) {
        scanner.take();
        count = scanner.number(expectedLine);
      }
      if (count < 1 || page + count > pagesMax) throw scanner.error(`${count} pages from ${page}`, 'a run of pages below 2^31');
      runs.add(page, count);
      page += count;
    }
    if (scanner.peek() !== newline) throw scanner.error(scanner.shown(), expectedLine);
  }

  private blank(): void {
    if (this.scanner.peek() !== blank) throw this.scanner.error(this.scanner.shown(), expectedLine);
    this.scanner.take();
  }
}
