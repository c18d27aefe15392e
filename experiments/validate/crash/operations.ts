/** The operations that are stopped by a crash: what comes before, all durable, and what is recorded. They know no format. */
import { Op } from '../../../models/io/image-format.js';
import { imageSettings } from './settings.js';
import type { Recorder } from './recorder.js';

interface Operation {
  prepare(recorder: Recorder): void;
  run(recorder: Recorder): void;
}

const { clusterBytes: cluster } = imageSettings;
const sectors = (n: number): number => n * 512;

const nothing = (): void => {};

const read = (recorder: Recorder, clusters: number, count: number): void => recorder.run(Op.READ, clusters * cluster, count * cluster);
const write = (recorder: Recorder, clusters: number, count: number): void => recorder.run(Op.WRITE, clusters * cluster, count * cluster);
const writeWithin = (recorder: Recorder, clusters: number, skip: number, bytes: number): void =>
  recorder.run(Op.WRITE, clusters * cluster + skip, bytes);
const flush = (recorder: Recorder): void => recorder.run(Op.FLUSH);

/** Two snapshots and the disk, all different. */
const withSnapshots = (recorder: Recorder): void => {
  write(recorder, 3, 2);
  flush(recorder);
  recorder.run(Op.SNAPSHOT, 0, 0, 'a');
  write(recorder, 4, 2);
  flush(recorder);
  recorder.run(Op.SNAPSHOT, 0, 0, 'b');
  write(recorder, 5, 2);
};

export const operations = {
  write: {
    prepare: nothing,
    run(recorder) {
      write(recorder, 3, 2);
      flush(recorder);
      write(recorder, 9, 1);
    },
  },
  overwrite: {
    prepare: (recorder) => write(recorder, 3, 3),
    run(recorder) {
      writeWithin(recorder, 3, sectors(2), cluster);
      flush(recorder);
      write(recorder, 4, 1);
    },
  },
  'partial write': {
    prepare: nothing,
    run(recorder) {
      writeWithin(recorder, 20, sectors(2), sectors(3));
      flush(recorder);
      writeWithin(recorder, 30, sectors(5), sectors(5));
    },
  },
  'snapshot create': {
    prepare: (recorder) => write(recorder, 3, 2),
    run(recorder) {
      recorder.run(Op.SNAPSHOT, 0, 0, 'a');
      flush(recorder);
      write(recorder, 3, 1);
    },
  },
  apply: {
    prepare: withSnapshots,
    run(recorder) {
      recorder.run(Op.APPLY, 0, 0, 'a');
      flush(recorder);
    },
  },
  delete: {
    prepare: withSnapshots,
    run(recorder) {
      recorder.run(Op.DELETE, 0, 0, 'a');
      flush(recorder);
    },
  },
  'write past the backing image': {
    prepare: nothing,
    run(recorder) {
      writeWithin(recorder, 140, sectors(2), sectors(3));
      flush(recorder);
      write(recorder, 141, 1);
    },
  },
  /** With clusters of 512 bytes, whose first refcount block is full after about 128 KiB. */
  'new refcount block': {
    prepare: (recorder) => write(recorder, 0, 28),
    run(recorder) {
      for (let i = 28; i < 34; i++) {
        write(recorder, i, 1);
        flush(recorder);
      }
    },
  },
  /** Two blocks are saved after a read, and one of them is changed in place; another is saved, and the image closed. */
  'copy-on-read': {
    prepare: nothing,
    run(recorder) {
      read(recorder, 40, 2);
      recorder.runBackground();
      writeWithin(recorder, 40, sectors(2), sectors(3));
      flush(recorder);
      read(recorder, 50, 1);
      recorder.runBackground();
      recorder.run(Op.CLOSE);
    },
  },
  /** The end of the backing image is prefetched around a block that was written; then a block is changed in place. */
  prefetch: {
    prepare: (recorder) => write(recorder, 0, 116),
    run(recorder) {
      writeWithin(recorder, 120, sectors(2), sectors(3));
      flush(recorder);
      recorder.runBackground();
      writeWithin(recorder, 124, sectors(2), sectors(3));
      flush(recorder);
      read(recorder, 116, 12);
    },
  },
  /** Seven writes have filled a journal of eight sectors all but one. */
  'journal begun anew': {
    prepare(recorder) {
      for (let i = 0; i < 7; i++) write(recorder, 60 + 2 * i, 1);
    },
    run(recorder) {
      for (let i = 0; i < 3; i++) {
        write(recorder, 80 + 2 * i, 1);
        flush(recorder);
      }
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

/** Tried on every format. */
export const commonOperations: readonly OperationName[] = ['write', 'overwrite', 'partial write'];
/** Tried on formats that keep snapshots. */
export const snapshotOperations: readonly OperationName[] = ['snapshot create', 'apply', 'delete'];
