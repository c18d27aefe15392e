/**
 * The way to the host that takes over when this one fails: a connection of its own, in the order in which things are sent, and the answer that
 * they are there. It knows no page.
 */
import type { Kernel } from '../../../sim/kernel.js';
import { Gate, type Scenario } from '../../../sim/process.js';
import { microsecond, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import { Network, type Flow, type Receiver } from '../../network/network.js';
import type { RestoreSource } from '../restore.js';

/** Of a link as options of a method. */
export const linkOptions = {
  link: { kind: 'rate', about: 'of the link to the backup, on the wire; Gigabit Ethernet by default', default: 125e6 },
  latency: { kind: 'time', about: 'to the backup or back, one switch between; assumed, 30 to 200 us', default: 100 * microsecond },
} as const;

const thisHost = 0;
const backup = 1;
/** Messages on their way before one that feeds the link has to wait: it never runs dry. */
const aheadAtMost = 2;

export class BackupLink implements Receiver, RestoreSource {
  private readonly flow: Flow;
  private readonly back: Flow;
  private readonly arrived = new Gate();
  private sent = 0;
  private last = 0;

  constructor(
    kernel: Kernel,
    rate: number,
    private readonly latency: Nanoseconds,
  ) {
    const network = new Network(kernel, { ports: 2, flows: 2, linkRate: rate, latency });
    this.flow = network.connect(thisHost, backup, this);
    this.back = network.connect(backup, thisHost, { delivered: () => this.arrived.open() });
  }

  /** Sends without waiting. */
  post(bytes: Bytes): void {
    this.flow.send(++this.sent, bytes);
  }

  /** Sends, and waits only where much is on its way already. */
  *feed(bytes: Bytes): Scenario {
    this.post(bytes);
    while (this.sent - this.last > aheadAtMost) yield this.arrived;
  }

  /** Sends, and waits until all that was sent so far is there and the answer is back. */
  *transfer(bytes: Bytes): Scenario {
    this.post(bytes);
    const tag = this.sent;
    while (this.last < tag) yield this.arrived;
    yield this.latency;
  }

  /** Fetches from the backup's memory. */
  *read(_at: Bytes, bytes: Bytes): Scenario {
    yield this.latency;
    this.back.send(0, bytes);
    yield this.arrived;
  }

  delivered(tag: number): void {
    this.last = tag;
    this.arrived.open();
  }
}
