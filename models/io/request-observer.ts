/** Who is told of each request of a guest as it completes. It sees everything and changes nothing. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { LatencyAccount } from './latency.js';

export interface RequestObserver {
  /** `account` holds the parts of the latency of slot `r` until this returns; they sum to the time since the request was meant to arrive. */
  requestDone(r: number, op: number, offset: Bytes, bytes: Bytes, now: Nanoseconds, account: LatencyAccount): void;
}
