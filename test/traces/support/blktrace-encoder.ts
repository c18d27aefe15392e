/** Makes files of blktrace's binary format, sound and otherwise. */
import { TraceOp } from '../../../traces/batch.js';
import type { PlainRecord } from './records.js';

export interface EventParts {
  readonly time: bigint | number;
  readonly sector?: bigint | number;
  readonly bytes?: number;
  /** Category in the upper half, event code in the lower. */
  readonly action: number;
  readonly device?: number;
  readonly pdu?: number;
  readonly magic?: number;
}

export const category = { read: 1, write: 2, flush: 4, sync: 8, queue: 16, packetCommand: 0x200, notify: 0x400, discard: 0x2000 } as const;
export const code = { Q: 1, D: 7, C: 8, P: 9 } as const;

/** `queued(category.write)`: the action of a queued write. */
export const queued = (categories: number): number => (categories | category.queue) * 2 ** 16 + code.Q;

export function encodeEvent(parts: EventParts, isLittleEndian = true): Buffer {
  const event = Buffer.alloc(48 + (parts.pdu ?? 0), 0xab);
  const view = new DataView(event.buffer, event.byteOffset, event.length);
  event.fill(0, 0, 48);
  view.setUint32(0, parts.magic ?? 0x65617407, isLittleEndian);
  view.setBigUint64(8, BigInt(parts.time), isLittleEndian);
  view.setBigUint64(16, BigInt(parts.sector ?? 0), isLittleEndian);
  view.setUint32(24, parts.bytes ?? 0, isLittleEndian);
  view.setUint32(28, parts.action, isLittleEndian);
  view.setUint32(36, parts.device ?? 8 * 2 ** 20, isLittleEndian);
  view.setUint16(46, parts.pdu ?? 0, isLittleEndian);
  return event;
}

const categoriesOf = (op: TraceOp): number =>
  op === TraceOp.READ
    ? category.read
    : op === TraceOp.WRITE
      ? category.write | category.sync
      : op === TraceOp.FLUSH
        ? category.write | category.flush
        : category.write | category.discard;

/** Queued requests, as the kernel would record them from time `start` on. */
export const encodeRecords = (records: readonly PlainRecord[], start = 5_000_000_000, isLittleEndian = true): Buffer =>
  Buffer.concat(
    records.map(({ time, op, offset, bytes }) =>
      encodeEvent({ time: start + time, sector: offset / 512, bytes, action: queued(categoriesOf(op)) }, isLittleEndian),
    ),
  );
