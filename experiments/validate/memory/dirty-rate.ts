/** QEMU's estimate of a guest's dirty rate from a sample of pages that it looks at twice. */
import { second } from '../../../sim/units.js';
import { GuestStep } from '../../../traces/memory/guest-step.js';
import { near, type MemoryCheck } from './check.js';
import { RecordedGuest } from './recorded-guest.js';
import type { MigrationTruth } from './truth.js';

export interface DirtyRateTruth {
  readonly guest: MigrationTruth['guest'];
  readonly result: readonly {
    /** Of each GiB of memory. */
    readonly 'sample-pages': number;
    /** MiB a second, a whole number. */
    readonly 'dirty-rate': number;
    /** Seconds between the two looks. */
    readonly 'calc-time': number;
  }[];
}

const pageBytes = 4096;
const MiBytes = 1024 * 1024;

/** The share of the memory that the guest writes in the time, spread over it; the real sample errs by the root of what it hits. */
export function checkDirtyRate({ guest, result }: DirtyRateTruth): MemoryCheck[] {
  return result.map((measured) => {
    const seconds = measured['calc-time'];
    const written = pagesWritten(guest, seconds);
    const rate = (written * pageBytes) / MiBytes / seconds;
    const hits = (written / ((guest.mem * MiBytes) / pageBytes)) * ((measured['sample-pages'] * guest.mem) / 1024);
    const error = hits > 0 ? 3 / Math.sqrt(hits) : 0;
    return near(`MiB/s dirtied in ${seconds} s, by sampling`, measured['dirty-rate'], Math.round(rate), error);
  });
}

function pagesWritten(guest: MigrationTruth['guest'], seconds: number): number {
  const total = guest.mem * MiBytes;
  const ram = { total, normal: 0, duplicate: 0, transferred: 0, 'dirty-sync-count': 0 };
  const truth = { guest, result: { status: '', 'total-time': 0, ram }, series_columns: [], series: [] };
  const program = new RecordedGuest(truth, guest.rate);
  const step = new GuestStep();
  const written = new Set<number>();
  while (program.next(step.clear()) && step.notBefore < seconds * second) {
    for (let i = 0; i < step.writes.size; i++) written.add(step.writes.first[i]!);
  }
  return written.size;
}
