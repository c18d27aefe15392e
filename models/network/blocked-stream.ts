/**
 * A bulk TCP stream into or out of a virtual machine whose hypervisor stops moving packets from time to time. It knows neither why nor how the network is shared.
 *
 * - What was sent before a stop waits in the interface's queue; what does not fit is lost.
 * - A stop shorter than the retransmission time-out only delays. After a longer one the sender has fallen back to one segment and
 *   doubles its window each round trip until it fills the rate again (RFC 5681, RFC 6298).
 * - Where data was lost, nothing moves before the next retransmission: the time-out doubles each time it runs out.
 */
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { segmentBytes } from './ethernet.js';

export interface StreamSettings {
  /** Data bytes a second while nothing is stopped. */
  readonly rate: number;
  readonly roundTrip: Nanoseconds;
  /** Linux never waits less than 200 ms (tcp(7), TCP_RTO_MIN). */
  readonly retransmissionTimeout: Nanoseconds;
  /** Most data on its way. */
  readonly window: Bytes;
  /** Data that the interface holds while the hypervisor is stopped. */
  readonly queue: Bytes;
}

export class BlockedStream {
  /** Stops that were longer than the time-out. */
  timeouts = 0;
  private carried: Bytes;
  private openSince: Nanoseconds;
  private blockedSince: Nanoseconds;
  private isBlocked = false;
  /** Nothing moves before this. */
  private resumesAt: Nanoseconds;

  constructor(
    private readonly settings: StreamSettings,
    start: Nanoseconds = 0,
  ) {
    this.carried = this.blockedSince = 0.5;
    this.carried = this.blockedSince = 0;
    this.openSince = this.resumesAt = 0.5;
    this.openSince = this.resumesAt = start;
  }

  block(now: Nanoseconds): void {
    if (this.isBlocked) return;
    this.carried += this.flowing(now);
    this.isBlocked = true;
    this.blockedSince = now;
  }

  unblock(now: Nanoseconds): void {
    if (!this.isBlocked) return;
    this.isBlocked = false;
    this.openSince = now;
    const blocked = now - this.blockedSince;
    const { retransmissionTimeout, window, queue } = this.settings;
    if (blocked <= retransmissionTimeout) {
      this.resumesAt = Math.max(this.resumesAt, now);
      return;
    }
    this.timeouts += 1;
    let wait = retransmissionTimeout;
    if (window > queue) for (let timeout = 2 * retransmissionTimeout; wait < blocked; timeout *= 2) wait += timeout;
    this.resumesAt = Math.max(now, this.blockedSince + wait) + this.regrowth();
  }

  /** Data bytes carried until `now`. */
  bytes(now: Nanoseconds): Bytes {
    return this.carried + (this.isBlocked ? 0 : this.flowing(now));
  }

  private flowing(now: Nanoseconds): Bytes {
    return (Math.max(0, now - Math.max(this.openSince, this.resumesAt)) * this.settings.rate) / second;
  }

  /**
   * Time that slow start loses against the full rate: with w segments a round trip at the full rate, it takes log2(w) round trips, in which
   * w - 1 segments are sent.
   */
  private regrowth(): Nanoseconds {
    const { rate, roundTrip } = this.settings;
    const full = (rate * roundTrip) / second / segmentBytes;
    if (full <= 1) return 0;
    return (Math.log2(full) - (full - 1) / full) * roundTrip;
  }
}
