/** What the SCSI commands of a disk ask for, by their code: see SCSI Block Commands (SBC-3) and Primary Commands (SPC-4). */
import { TraceOp } from '../batch.js';

/** A command that moves nothing to or from the medium. */
export const noData = 254;
export const unknownCommand = 255;

const table: readonly (readonly [code: number, name: string, kind: number])[] = [
  [0x08, 'READ(6)', TraceOp.READ],
  [0x28, 'READ(10)', TraceOp.READ],
  [0xa8, 'READ(12)', TraceOp.READ],
  [0x88, 'READ(16)', TraceOp.READ],
  [0x0a, 'WRITE(6)', TraceOp.WRITE],
  [0x2a, 'WRITE(10)', TraceOp.WRITE],
  [0xaa, 'WRITE(12)', TraceOp.WRITE],
  [0x8a, 'WRITE(16)', TraceOp.WRITE],
  [0x2e, 'WRITE AND VERIFY(10)', TraceOp.WRITE],
  [0x35, 'SYNCHRONIZE CACHE(10)', TraceOp.FLUSH],
  [0x91, 'SYNCHRONIZE CACHE(16)', TraceOp.FLUSH],
  [0x00, 'TEST UNIT READY', noData],
  [0x03, 'REQUEST SENSE', noData],
  [0x12, 'INQUIRY', noData],
  [0x15, 'MODE SELECT(6)', noData],
  [0x16, 'RESERVE(6)', noData],
  [0x17, 'RELEASE(6)', noData],
  [0x1a, 'MODE SENSE(6)', noData],
  [0x1b, 'START STOP UNIT', noData],
  [0x25, 'READ CAPACITY(10)', noData],
  [0x4d, 'LOG SENSE', noData],
  [0x55, 'MODE SELECT(10)', noData],
  [0x5a, 'MODE SENSE(10)', noData],
  [0x5e, 'PERSISTENT RESERVE IN', noData],
  [0x5f, 'PERSISTENT RESERVE OUT', noData],
  [0x9e, 'SERVICE ACTION IN(16)', noData],
  [0xa0, 'REPORT LUNS', noData],
];

const kinds = new Uint8Array(256).fill(unknownCommand);
for (const [code, , kind] of table) kinds[code] = kind;

export const scsiCommands = {
  /** A TraceOp, `noData` or `unknownCommand`. A discard (UNMAP) is unknown: traces do not hold its ranges. */
  kindOf: (code: number): number => (code < 256 ? kinds[code]! : unknownCommand),
  /** Counts by code as counts by name, those that occur. */
  named: (counts: Float64Array): Readonly<Record<string, number>> =>
    Object.fromEntries(table.filter(([code]) => counts[code]! > 0).map(([code, name]) => [name, counts[code]!])),
};
