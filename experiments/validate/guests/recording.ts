/** One recording of a guest's or host's block requests, and how to simulate what made it. */
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import type { RequestLog } from './request-log.js';

export interface Simulated {
  readonly queued: RequestLog;
  readonly dispatched: RequestLog;
}

export interface GuestRecording {
  /** Its files are `recorded_NAME.blktrace.0` and so on, plain or compressed. */
  readonly name: string;
  /** What is assumed of the machine, in one line each: what the recording's description does not say. */
  readonly assumed: readonly string[];
  /** The file system as freshly made: the recorded requests are sorted by it. */
  layout(): GroupedLayout;
  simulate(layout: GroupedLayout): Simulated;
}
