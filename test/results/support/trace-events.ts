/** Checks Chrome trace events as a viewer reads them: complete events of a thread nest, and every begin has its end. */

export interface TraceEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid?: number;
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly cat?: string;
}

export interface TraceFile {
  readonly displayTimeUnit: string;
  readonly otherData: { readonly slices: number; readonly dropped: number; readonly note: string };
  readonly traceEvents: readonly TraceEvent[];
}

const toNanoseconds = (microseconds: number): number => Math.round(microseconds * 1000);

/** What is wrong with the events; empty where nothing is. */
export function nestingFaults(events: readonly TraceEvent[]): string[] {
  const faults: string[] = [];
  for (const tid of new Set(events.map((event) => event.tid))) {
    const open: number[] = [];
    let last = 0;
    for (const { ts, dur, name } of events.filter((event) => event.tid === tid && event.ph === 'X')) {
      const start = toNanoseconds(ts!);
      const end = start + toNanoseconds(dur!);
      if (start < last) faults.push(`${name} at ${ts} comes after a later slice`);
      last = start;
      while (open.length > 0 && open.at(-1)! <= start) open.pop();
      if (open.length > 0 && end > open.at(-1)!) faults.push(`${name} at ${ts} overlaps the slice that holds its start`);
      open.push(end);
    }
  }
  const begun = new Map<string, number>();
  for (const { ph, cat, id, name, ts } of events) {
    const key = `${cat}/${id}/${name}`;
    if (ph === 'b') begun.set(key, ts!);
    if (ph !== 'e') continue;
    const start = begun.get(key);
    if (start === undefined || start > ts!) faults.push(`${key} ends without a beginning before it`);
    begun.delete(key);
  }
  return [...faults, ...[...begun.keys()].map((key) => `${key} never ends`)];
}
