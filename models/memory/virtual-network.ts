/**
 * The network between machines that are saved together, as far as their snapshots must agree: whom a message came from, and whether its
 * sender had been saved before it sent. A message of a saved machine does not reach one that is not saved yet, or the one would hold
 * something that in the other never happened: it is dropped, and sent again after the time-out of its connection. The other way round a
 * message may be lost from both snapshots; its connection sends it again after a restore. It knows no memory and no bandwidth.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { Output, Passage } from '../guests/memory/output-guard.js';
import type { NetworkMember } from './vnsnap.js';

export interface VirtualNetworkSettings {
  readonly members: number;
  readonly latency: Nanoseconds;
  /** After which a connection sends again; 200 ms is the least in Linux. */
  readonly timeOut: Nanoseconds;
  /** False: every message is delivered, as a network does that knows nothing of snapshots. */
  readonly isColoured: boolean;
}

/** Messages that each pair of machines had sent and received when one of them was saved: `[from][to]`, as that one knows it. */
export interface SavedCounts {
  readonly sent: readonly number[];
  readonly received: readonly number[];
}

export class VirtualNetwork {
  /** By machine: what it knew at each of its instants. */
  readonly saved: SavedCounts[][] = [];
  dropped = 0;
  private readonly sent: number[][] = [];
  private readonly received: number[][] = [];
  private readonly onTheWay: DelayLine;
  private readonly sentAgain: DelayLine;

  constructor(
    kernel: Kernel,
    private readonly settings: VirtualNetworkSettings,
  ) {
    for (let i = 0; i < settings.members; i++) {
      this.saved.push([]);
      this.sent.push(new Array<number>(settings.members).fill(0));
      this.received.push(new Array<number>(settings.members).fill(0));
    }
    const deliver = (from: number, to: number, colour: number): void => this.deliver(from, to, colour);
    this.onTheWay = new DelayLine(kernel, settings.latency, deliver);
    this.sentAgain = new DelayLine(kernel, settings.timeOut, deliver);
  }

  /** What machine `index` has to do with the network: its messages go to the others in turn. */
  member(index: number): NetworkMember {
    const { members } = this.settings;
    let next = 0;
    return {
      beforeOutput: (kind: Output, bytes: Bytes): Passage => {
        if (kind === Output.NETWORK && bytes > 0 && members > 1) {
          next = (next + 1) % (members - 1);
          this.send(index, (index + 1 + next) % members);
        }
        return Passage.GOES;
      },
      passed: () => this.saved[index]!.push({ sent: [...this.sent[index]!], received: [...this.received[index]!] }),
    };
  }

  private send(from: number, to: number): void {
    this.sent[from]![to]! += 1;
    this.onTheWay.add(from, to, this.colourOf(from));
  }

  private deliver(from: number, to: number, colour: number): void {
    if (this.settings.isColoured && colour > this.colourOf(to)) {
      this.dropped += 1;
      this.sentAgain.add(from, to, colour);
    } else this.received[to]![from]! += 1;
  }

  /** How often a machine was saved. */
  private colourOf(member: number): number {
    return this.saved[member]!.length;
  }
}

/** Messages that all take the same time, in columns. */
class DelayLine {
  private readonly due: number[] = [];
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly colour: number[] = [];
  private readonly timer: Timer;

  constructor(
    private readonly kernel: Kernel,
    private readonly delay: Nanoseconds,
    private readonly deliver: (from: number, to: number, colour: number) => void,
  ) {
    this.timer = kernel.timer(() => this.arrive());
  }

  add(from: number, to: number, colour: number): void {
    this.due.push(this.kernel.now + this.delay);
    this.from.push(from);
    this.to.push(to);
    this.colour.push(colour);
    if (!this.timer.pending) this.timer.start(this.delay);
  }

  private arrive(): void {
    const [from, to, colour] = [this.from.shift()!, this.to.shift()!, this.colour.shift()!];
    this.due.shift();
    if (this.due.length > 0) this.timer.startAt(this.due[0]!);
    this.deliver(from, to, colour);
  }
}
