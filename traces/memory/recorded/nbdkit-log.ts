/**
 * The log of nbdkit's log filter: one line when a request begins, another when it ends. The records are the begins of reads, writes,
 * flushes and trims, in their order; times count from the first line, `Ready`, or any other first line.
 * Fields: the manual page of nbdkit-log-filter(1).
 */
import { TraceOp, type TraceBatch, type TraceReader } from '../../batch.js';
import { openSource } from '../../source/byte-source.js';
import { ByteWindow } from '../../source/byte-window.js';
import { LineWindow } from '../../source/line-window.js';

const timePattern = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2}):(\d{2})\.(\d{6}) (.*)$/;
const requestPattern = /^connection=\d+ (Read|Write|Flush|Trim|Zero) id=\d+(?: offset=0x([0-9a-f]+) count=0x([0-9a-f]+))?/;
const otherPattern = /^(Ready|Preconnect|\.\.\.Preconnect|connection=\d+ (Connect|Disconnect|\.\.\.|Extents|Cache))/;
const opOf: Readonly<Record<string, TraceOp>> = {
  Read: TraceOp.READ,
  Write: TraceOp.WRITE,
  Zero: TraceOp.WRITE,
  Flush: TraceOp.FLUSH,
  Trim: TraceOp.DISCARD,
};
const expectedLine = 'a line such as `2026-11-20 23:18:07.620265 connection=1 Write id=111 offset=0x0 count=0x1000 fua=0 ...`';

export class NbdkitLog implements TraceReader {
  private readonly lines: LineWindow;
  private day = '';
  private dayNumber = 0;
  private first = -1;

  constructor(path: string) {
    this.lines = new LineWindow(new ByteWindow(openSource(path)));
  }

  read(batch: TraceBatch): number {
    batch.size = 0;
    while (batch.size < batch.capacity && this.lines.next()) this.readLine(batch);
    return batch.size;
  }

  close(): void {
    this.lines.close();
  }

  private readLine(batch: TraceBatch): void {
    const line = timePattern.exec(this.lines.text);
    if (line === null) throw this.lines.error(null, expectedLine);
    const [, day, hour, minute, seconds, micros, rest] = line as unknown as [string, string, string, string, string, string, string];
    const time = this.timeOf(day, Number(hour) * 3600 + Number(minute) * 60 + Number(seconds)) + Number(micros) * 1000;
    if (this.first < 0) this.first = time;
    const request = requestPattern.exec(rest);
    if (request === null) {
      if (!otherPattern.test(rest)) throw this.lines.error(null, expectedLine);
      return;
    }
    const [, word, offset, count] = request;
    batch.push(time - this.first, opOf[word!]!, parseInt(offset ?? '0', 16), parseInt(count ?? '0', 16));
  }

  /** Nanoseconds since the begin of the first day; days of a log follow one another. */
  private timeOf(day: string, secondOfDay: number): number {
    if (this.day !== '' && day !== this.day) this.dayNumber += 1;
    this.day = day;
    return (this.dayNumber * 86_400 + secondOfDay) * 1e9;
  }
}
