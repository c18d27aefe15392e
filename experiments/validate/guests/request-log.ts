/** Requests to a disk in the order of their coming, in columns. It knows no file system and no time. */
import { openTrace } from '../../../traces/formats/index.js';
import type { RequestAction } from '../../../traces/formats/block-events.js';
import { TraceBatch, TraceOp } from '../../../traces/batch.js';
import { sectorBytes, type Sectors } from '../../../sim/units.js';

export class RequestLog {
  size = 0;
  sector = new Float64Array(1024);
  sectors = new Float64Array(1024);
  isWrite = new Uint8Array(1024);

  add(isWrite: boolean, sector: Sectors, sectors: Sectors): void {
    if (this.size === this.sector.length) this.grow();
    this.sector[this.size] = sector;
    this.sectors[this.size] = sectors;
    this.isWrite[this.size] = isWrite ? 1 : 0;
    this.size += 1;
  }

  private grow(): void {
    const wider = <A extends Float64Array | Uint8Array>(from: A, to: A): A => (to.set(from), to);
    this.sector = wider(this.sector, new Float64Array(this.size * 2));
    this.sectors = wider(this.sectors, new Float64Array(this.size * 2));
    this.isWrite = wider(this.isWrite, new Uint8Array(this.size * 2));
  }
}

/**
 * The reads and writes of a recording, as queued by the file system (Q) or as dispatched to the driver (D).
 * @throws InputError at a malformed file
 */
export function readRecording(path: string, action: RequestAction): RequestLog {
  const log = new RequestLog();
  const batch = new TraceBatch();
  const reader = openTrace(path, { action });
  try {
    while (reader.read(batch) > 0)
      for (let i = 0; i < batch.size; i++) {
        const op = batch.op[i]! as TraceOp;
        if (op !== TraceOp.READ && op !== TraceOp.WRITE) continue;
        log.add(op === TraceOp.WRITE, batch.offset[i]! / sectorBytes, batch.bytes[i]! / sectorBytes);
      }
  } finally {
    reader.close();
  }
  return log;
}
