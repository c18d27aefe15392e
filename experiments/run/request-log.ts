/**
 * Every request of a run, one row each: what it was, when it arrived, was taken up and was done, and all parts of its latency.
 * It holds one piece of the table, however long the run is.
 */
import { opNames } from '../../models/io/disk-timeline.js';
import { Cell, cellNames, type LatencyAccount } from '../../models/io/latency.js';
import type { RequestObserver } from '../../models/io/request-observer.js';
import { rowsPerGroup, type TableStream, type TypedColumn } from '../../results/table-stream.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';

const column = (name: string, unit: string, about: string): TypedColumn => ({ name, unit, about, type: 'integer' });

/** Numbers of each row, in order; the parts of the latency follow. */
const plain = [
  column('arrival', 'ns', 'When the request was meant to arrive'),
  column('start', 'ns', 'When the virtual device took it up'),
  column('completion', 'ns', 'When it was done'),
  column('latency', 'ns', 'From arrival to completion: the sum of the parts that follow'),
  column('offset', 'B', 'Place on the virtual disk, rounded out to whole sectors'),
  column('bytes', 'B', 'Length'),
] as const;

const snakeCase = (name: string): string => name.replaceAll(' ', '_');

export const requestColumns: readonly TypedColumn[] = [
  { name: 'system', unit: '', about: 'The image format, or its variant', type: 'text' },
  { name: 'op', unit: '', about: 'read, write, flush, discard, ...', type: 'text' },
  ...plain,
  ...cellNames.map((name) => column(snakeCase(name), 'ns', `Part of the latency: ${name}`)),
];

export class RequestLog implements RequestObserver {
  private size = 0;
  private system = '';
  private readonly op = new Uint8Array(rowsPerGroup);
  private readonly numbers = [...plain, ...cellNames].map(() => new Float64Array(rowsPerGroup));

  constructor(private readonly table: TableStream) {}

  /** What follows is of this system. */
  begin(system: string): void {
    this.flush();
    this.system = system;
  }

  requestDone(r: number, op: number, offset: Bytes, bytes: Bytes, now: Nanoseconds, account: LatencyAccount): void {
    const i = this.size++;
    const { numbers } = this;
    let latency = 0;
    for (let cell = 0; cell < cellNames.length; cell++) {
      const part = account.part(r, cell);
      latency += part;
      numbers[plain.length + cell]![i] = part;
    }
    const arrival = now - latency;
    this.op[i] = op;
    numbers[0]![i] = arrival;
    numbers[1]![i] = arrival + account.part(r, Cell.GUEST_QUEUE);
    numbers[2]![i] = now;
    numbers[3]![i] = latency;
    numbers[4]![i] = offset;
    numbers[5]![i] = bytes;
    if (this.size === rowsPerGroup) this.flush();
  }

  /** Hands on what is held. */
  flush(): void {
    const { size, system } = this;
    if (size === 0) return;
    const ops = Array.from(this.op.subarray(0, size), (op) => opNames[op]!);
    this.table.add([new Array<string>(size).fill(system), ops, ...this.numbers.map((cells) => cells.subarray(0, size))]);
    this.size = 0;
  }
}
