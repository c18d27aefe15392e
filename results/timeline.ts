/**
 * A run's timeline as Chrome trace-event JSON, which Perfetto opens. It knows no model, and keeps no slice: it writes as it goes.
 *
 * Format: "Trace Event Format" of the Chromium project. Times are microseconds with fractions down to the nanosecond.
 * Where the slices of a lane nest, they are complete events (`X`) of one thread; where any two overlap, all of that lane are
 * asynchronous pairs (`b`, `e`) with an id each, as a viewer cannot stack them.
 */
import type { Timeline } from '../sim/timeline.js';
import { formatTime, type Nanoseconds } from '../sim/units.js';

/** Writes the JSON piece by piece, of at most about 64 KiB each; `write` is, say, the `append` of a WholeFile. */
export function writeTimeline(timeline: Timeline, write: (text: string) => void): void {
  const lines = new Lines(write);
  const order = inOrder(timeline);
  const nests = timeline.lanes.map((_, lane) => nestsInLane(timeline, order, lane));
  lines.begin(
    `{"displayTimeUnit":"ns","otherData":{"slices":${timeline.size},"dropped":${leftOut(timeline)},"note":${JSON.stringify(noteOf(timeline))}},"traceEvents":[`,
  );
  lines.event(`{"ph":"M","pid":1,"name":"process_name","args":{"name":"snapsim"}}`);
  timeline.lanes.forEach((name, lane) => {
    const thread = `"pid":1,"tid":${lane + 1}`;
    lines.event(`{"ph":"M",${thread},"name":"thread_name","args":{"name":${JSON.stringify(name)}}}`);
    lines.event(`{"ph":"M",${thread},"name":"thread_sort_index","args":{"sort_index":${lane + 1}}}`);
  });
  const names = timeline.names.map((name) => JSON.stringify(name));
  for (const i of order) {
    const lane = timeline.lane[i]!;
    const start = timeline.start[i]!;
    const duration = timeline.duration[i]!;
    const head = `"pid":1,"tid":${lane + 1},"name":${names[timeline.name[i]!]!}`;
    if (nests[lane] === true) {
      lines.event(`{"ph":"X",${head},"ts":${microseconds(start)},"dur":${microseconds(duration)}}`);
    } else {
      lines.event(`{"ph":"b","cat":"overlapping",${head},"id":${i},"ts":${microseconds(start)}}`);
      lines.event(`{"ph":"e","cat":"overlapping",${head},"id":${i},"ts":${microseconds(start + duration)}}`);
    }
  }
  lines.end(']}\n');
}

/** The whole JSON as one text, for short timelines. */
export function timelineJson(timeline: Timeline): string {
  let json = '';
  writeTimeline(timeline, (text) => {
    json += text;
  });
  return json;
}

/** `1234567` ns -> `1234.567`, exactly: a division would round. */
function microseconds(time: Nanoseconds): string {
  const fraction = time % 1000;
  const whole = String((time - fraction) / 1000);
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(3, '0')}`;
}

const leftOut = ({ dropped, before, after }: Timeline): number => dropped + before + after;

/** What the file holds and what was left out of it, in a sentence. */
export function noteOf(timeline: Timeline): string {
  const { dropped, before, after, limit, from, to, size } = timeline;
  if (leftOut(timeline) === 0) return 'every slice of the run';
  const kept = dropped === 0 ? `${size} slices` : `the first ${limit} slices`;
  const window = before + after === 0 ? '' : ` of ${formatTime(from)} to ${to === Infinity ? 'the end' : formatTime(to)}`;
  const out = [
    [before, 'before'],
    [after, 'after'],
    [dropped, 'beyond the limit'],
  ] as const;
  const counts = out.flatMap(([count, where]) => (count === 0 ? [] : [`${count} ${where}`]));
  return `${kept}${window}; left out: ${counts.join(', ')}`;
}

/** Indexes by start; of equal starts the longer first, so that what encloses comes before what it holds. */
function inOrder({ size, start, duration }: Timeline): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => i).sort((a, b) => start[a]! - start[b]! || duration[b]! - duration[a]! || a - b);
}

/** Whether any two slices of the lane are either apart or one within the other. */
function nestsInLane(timeline: Timeline, order: Int32Array, lane: number): boolean {
  const open: Nanoseconds[] = [];
  for (const i of order) {
    if (timeline.lane[i] !== lane) continue;
    const start = timeline.start[i]!;
    const end = start + timeline.duration[i]!;
    while (open.length > 0 && open[open.length - 1]! <= start) open.pop();
    if (open.length > 0 && end > open[open.length - 1]!) return false;
    open.push(end);
  }
  return true;
}

/** Events with commas between them, handed on in pieces. */
class Lines {
  private pending = '';
  private separator = '\n';

  constructor(private readonly write: (text: string) => void) {}

  begin(text: string): void {
    this.pending += text;
  }

  event(text: string): void {
    this.pending += this.separator + text;
    this.separator = ',\n';
    if (this.pending.length < 65536) return;
    this.write(this.pending);
    this.pending = '';
  }

  end(text: string): void {
    this.write(`${this.pending}\n${text}`);
    this.pending = '';
  }
}
