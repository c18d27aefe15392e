/**
 * Hosts around one switch: each port has a link to the switch and one from it, full duplex. A flow carries messages one way between two ports, one after another, as a
 * TCP connection does; flows share the links fairly (max-min). It knows no protocol: a message is a number and its size.
 *
 * Shares change when a flow begins or ends to have something to send. A flow has at most one event under way, and nothing is allocated a message.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { wireBytes } from './ethernet.js';
import { FairShares } from './fair-shares.js';

export interface NetworkSettings {
  readonly ports: number;
  /** Most flows that can be opened. */
  readonly flows: number;
  /** Bytes a second that pass a link, headers and gaps included: 125e6 for Gigabit Ethernet. */
  readonly linkRate: number;
  /** From the last byte sent to its arrival: half an empty round trip, the switch's storing and forwarding included. */
  readonly latency: Nanoseconds;
}

export interface Receiver {
  /** Message `tag` is there: its turn came at `began`, its last byte was sent at `sent`. */
  delivered(tag: number, began: Nanoseconds, sent: Nanoseconds): void;
}

export class Network {
  private readonly shares: FairShares;
  private readonly flows: Flow[] = [];
  private readonly active: Int32Array;
  private activeCount = 0;
  private readonly next: Timer;
  private nextAt: Nanoseconds = Infinity;
  /** Wire bytes of ended messages, by link: two a port, to the switch and from it. */
  private readonly carried: Float64Array;

  constructor(
    private readonly kernel: Kernel,
    private readonly settings: NetworkSettings,
  ) {
    const links = settings.ports * 2;
    this.shares = new FairShares(new Float64Array(links).fill(settings.linkRate), settings.flows);
    this.active = new Int32Array(settings.flows);
    this.carried = new Float64Array(links);
    this.next = kernel.timer(() => this.endMessages());
  }

  /**
   * Opens a one-way connection.
   * @param limit bytes a second of wire that it never exceeds, such as a window a round trip
   */
  connect(from: number, to: number, receiver: Receiver, limit = Infinity): Flow {
    const { ports, flows } = this.settings;
    if (!(from >= 0 && from < ports && to >= 0 && to < ports && from !== to))
      throw new RangeError(`a flow from port ${from} to port ${to}`);
    if (this.flows.length === flows) throw new RangeError(`more than ${flows} flows`);
    const flow = new Flow(this.kernel, this, this.flows.length, receiver, this.settings.latency, from * 2, to * 2 + 1);
    this.shares.route(flow.index, flow.firstLink, flow.secondLink, limit);
    this.flows.push(flow);
    return flow;
  }

  /** Wire bytes that `port` has sent to the switch. */
  sentBytes(port: number): Bytes {
    return this.carried[port * 2]!;
  }

  /** Wire bytes that `port` has got from the switch. */
  receivedBytes(port: number): Bytes {
    return this.carried[port * 2 + 1]!;
  }

  /** @internal A flow has something to send again. */
  activate(flow: Flow): void {
    this.active[this.activeCount++] = flow.index;
    this.share();
  }

  private share(): void {
    this.shares.settle(this.active, this.activeCount);
    for (let i = 0; i < this.activeCount; i++) {
      const index = this.active[i]!;
      this.flows[index]!.setRate(this.shares.rate[index]!, this.kernel.now);
    }
    this.sleep();
  }

  /** Wakes when the first message ends. A wake-up that has become too early does no harm; one that is too late is moved. */
  private sleep(): void {
    let earliest = Infinity;
    for (let i = 0; i < this.activeCount; i++) earliest = Math.min(earliest, this.flows[this.active[i]!]!.endsAt);
    if (earliest === Infinity) return;
    if (this.next.pending) {
      if (this.nextAt <= earliest) return;
      this.next.stop();
    }
    this.nextAt = earliest;
    this.next.startAt(earliest);
  }

  private endMessages(): void {
    const { now } = this.kernel;
    let kept = 0;
    for (let i = 0; i < this.activeCount; i++) {
      const flow = this.flows[this.active[i]!]!;
      while (flow.endsAt <= now) {
        const bytes = flow.endMessage(now);
        this.carried[flow.firstLink]! += bytes;
        this.carried[flow.secondLink]! += bytes;
      }
      if (flow.endsAt !== Infinity) this.active[kept++] = flow.index;
    }
    const hasChanged = kept !== this.activeCount;
    this.activeCount = kept;
    if (hasChanged) this.share();
    else this.sleep();
  }
}

/** One direction of a connection: messages wait for their turn, are sent, and arrive. */
export class Flow {
  /** When the message that is being sent ends, at the present rate; Infinity where there is none. */
  endsAt: Nanoseconds = Infinity;
  private tags = new Int32Array(16);
  private sizes = new Float64Array(16);
  private began = new Float64Array(16);
  private sent = new Float64Array(16);
  /** Positions of the oldest message on its way, of the one being sent, and behind the last, counted from the first ever. */
  private arriving = 0;
  private sending = 0;
  private end = 0;
  private remaining = 0.5 - 0.5;
  private rate = 0.5 - 0.5;
  private since: Nanoseconds = 0.5 - 0.5;
  private readonly arrives: Timer;

  constructor(
    private readonly kernel: Kernel,
    private readonly network: Network,
    readonly index: number,
    private readonly receiver: Receiver,
    private readonly latency: Nanoseconds,
    readonly firstLink: number,
    readonly secondLink: number,
  ) {
    this.arrives = kernel.timer(() => this.arrive());
  }

  /** Queues message `tag` of `payload` bytes; the receiver is told when it is there. */
  send(tag: number, payload: Bytes): void {
    if (this.end - this.arriving === this.tags.length) this.grow();
    const slot = this.end & (this.tags.length - 1);
    this.tags[slot] = tag;
    this.sizes[slot] = wireBytes(payload);
    this.end += 1;
    if (this.end - this.sending > 1) return;
    this.begin(this.kernel.now);
    this.network.activate(this);
  }

  /** Messages that wait or are being sent. */
  get queued(): number {
    return this.end - this.sending;
  }

  /** @internal */
  setRate(rate: number, now: Nanoseconds): void {
    if (rate === this.rate && this.endsAt !== Infinity) return;
    this.remaining = Math.max(0, this.remaining - (this.rate * (now - this.since)) / second);
    this.since = now;
    this.rate = rate;
    this.endsAt = now + Math.ceil((this.remaining / rate) * second);
  }

  /** @internal The message being sent has ended; answers its bytes. The next one begins at once, at the same rate. */
  endMessage(now: Nanoseconds): Bytes {
    const slot = this.sending & (this.tags.length - 1);
    this.sent[slot] = now;
    this.sending += 1;
    if (!this.arrives.pending) this.arrives.start(this.latency);
    this.endsAt = Infinity;
    if (this.sending < this.end) {
      this.begin(now);
      this.endsAt = now + Math.ceil((this.remaining / this.rate) * second);
    } else this.rate = 0;
    return this.sizes[slot]!;
  }

  private begin(now: Nanoseconds): void {
    const slot = this.sending & (this.tags.length - 1);
    this.began[slot] = now;
    this.remaining = this.sizes[slot]!;
    this.since = now;
  }

  private arrive(): void {
    const slot = this.arriving & (this.tags.length - 1);
    const tag = this.tags[slot]!;
    const began = this.began[slot]!;
    const sent = this.sent[slot]!;
    this.arriving += 1;
    if (this.arriving < this.sending) this.arrives.startAt(this.sent[this.arriving & (this.tags.length - 1)]! + this.latency);
    this.receiver.delivered(tag, began, sent);
  }

  private grow(): void {
    const length = this.tags.length * 2;
    const tags = new Int32Array(length);
    const columns = [this.sizes, this.began, this.sent].map((from) => {
      const to = new Float64Array(length);
      for (let i = this.arriving; i < this.end; i++) to[i & (length - 1)] = from[i & (from.length - 1)]!;
      return to;
    });
    for (let i = this.arriving; i < this.end; i++) tags[i & (length - 1)] = this.tags[i & (this.tags.length - 1)]!;
    this.tags = tags;
    [this.sizes, this.began, this.sent] = columns as [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>];
  }
}
