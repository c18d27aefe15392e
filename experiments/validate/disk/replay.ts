/** Requests through a simulated disk, and what became of each. It knows no reference. */
import { Disk } from '../../../models/devices/disk.js';
import type { DriveParameters } from '../../../models/devices/hdd/parameters.js';
import type { SchedulerModel } from '../../../models/devices/schedulers/scheduler.js';
import { HostIo, Part } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { InputError } from '../../../sim/errors.js';
import { Kernel } from '../../../sim/kernel.js';
import { millisecond } from '../../../sim/units.js';
import type { Table } from './tables.js';

/** What is asked of a drive, in columns. */
export interface Requests {
  readonly file: string;
  readonly kind: readonly Kind[];
  readonly sector: Float64Array;
  readonly sectors: Float64Array;
}

/** By request: milliseconds from issue, or from the start of service, to completion; `order` holds the requests as they completed. */
export interface Replay {
  readonly responseMs: Float64Array;
  readonly serviceMs: Float64Array;
  readonly order: number[];
}

/** The columns op (R or W), lbn and sectors of a table. @throws InputError (file:line) at what is no request */
export function requestsOf(table: Table): Requests {
  const kind = table.texts('op').map((op, i) => {
    if (op !== 'R' && op !== 'W') throw new InputError(`${table.file}:${i + 2}`, JSON.stringify(op), 'R or W as op');
    return op === 'R' ? Kind.READ : Kind.WRITE;
  });
  return { file: table.file, kind, sector: table.numbers('lbn'), sectors: table.numbers('sectors') };
}

/** Issues each request at its time, however long the queue. `arrivalMs` never decreases. */
export function replayOpen(drive: DriveParameters, scheduler: SchedulerModel, requests: Requests, arrivalMs: Float64Array): Replay {
  const run = new Run(drive, scheduler, requests);
  let next = 0;
  const arrival = run.kernel.timer(() => {
    run.submit(next);
    next += 1;
    if (next < arrivalMs.length) arrival.startAt(arrivalMs[next]! * millisecond);
  });
  arrival.startAt(arrivalMs[0]! * millisecond);
  return run.finish();
}

/** Issues the next request when `thinkMs` of the one before has passed since its completion. */
export function replayClosed(drive: DriveParameters, scheduler: SchedulerModel, requests: Requests, thinkMs: Float64Array): Replay {
  let next = 0;
  const run = new Run(drive, scheduler, requests, (request) => {
    next = request + 1;
    if (next < thinkMs.length) issue.start(thinkMs[request]! * millisecond);
  });
  const issue = run.kernel.timer(() => run.submit(next));
  issue.start(0);
  return run.finish();
}

class Run {
  readonly kernel = new Kernel();
  private readonly disk: Disk;
  private readonly responseMs: Float64Array;
  private readonly serviceMs: Float64Array;
  private readonly order: number[] = [];

  constructor(
    drive: DriveParameters,
    scheduler: SchedulerModel,
    private readonly requests: Requests,
    private readonly completed: (request: number) => void = () => undefined,
  ) {
    this.disk = new Disk(this.kernel, drive, { scheduler: scheduler.make(), queueDepth: 1 });
    this.responseMs = new Float64Array(requests.kind.length);
    this.serviceMs = new Float64Array(requests.kind.length);
  }

  submit(request: number): void {
    const { requests } = this;
    const io = new HostIo(this);
    io.request = request;
    io.kind = requests.kind[request]!;
    io.sector = requests.sector[request]!;
    io.sectors = requests.sectors[request]!;
    if (!(io.sectors > 0 && io.sector >= 0 && io.sector + io.sectors <= this.disk.capacity)) {
      const found = `sectors ${io.sector} + ${io.sectors}`;
      throw new InputError(`${requests.file}:${request + 2}`, found, `sectors below the drive's ${this.disk.capacity}`);
    }
    this.disk.submit(io);
  }

  ioDone(io: HostIo): void {
    const response = this.kernel.now - io.submitted;
    this.responseMs[io.request] = response / millisecond;
    this.serviceMs[io.request] = (response - io.spent[Part.QUEUE]!) / millisecond;
    this.order.push(io.request);
    this.completed(io.request);
  }

  finish(): Replay {
    this.kernel.run();
    return { responseMs: this.responseMs, serviceMs: this.serviceMs, order: this.order };
  }
}
