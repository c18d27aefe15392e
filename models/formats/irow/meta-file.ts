/** The meta file of an iROW image: a header and a record a state. It knows what is read and written, not what it says. */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { SynchronousFile } from '../synchronous-file.js';

const headerBytes: Bytes = 556;
const recordBytes: Bytes = 1184;

const recordOffset = (i: number): Bytes => headerBytes + i * recordBytes;

export class MetaFile {
  constructor(readonly file: SynchronousFile) {}

  /** The header and the record of the first state, as the tool writes them. */
  create(plan: Plan): void {
    this.file.file.bytes = 0;
    this.file.writePlainly(plan, 0, headerBytes);
    this.file.writePlainly(plan, recordOffset(0), recordBytes);
  }

  readHeader(plan: Plan): void {
    this.file.read(plan, 0, headerBytes);
  }

  readRecords(plan: Plan, states: number): void {
    for (let i = 0; i < states; i++) this.file.read(plan, recordOffset(i), recordBytes);
  }

  /** Some records, then the header. */
  update(plan: Plan, records: readonly number[]): void {
    for (const i of records) this.file.write(plan, recordOffset(i), recordBytes);
    this.file.write(plan, 0, headerBytes);
  }

  /** Every record, the header last; what stands behind is cut off. */
  rewrite(plan: Plan, states: number): void {
    this.readHeader(plan);
    for (let i = 0; i < states; i++) this.file.write(plan, recordOffset(i), recordBytes);
    this.file.write(plan, 0, headerBytes);
    this.file.truncate(plan, recordOffset(states));
  }
}
