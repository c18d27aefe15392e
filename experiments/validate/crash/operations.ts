/** The operations that are stopped by a crash: what comes before, all durable, and what is recorded. They know no format. */
import { Op } from '../../../models/io/image-format.js';
import { imageSettings } from './settings.js';
import type { Recorder } from './recorder.js';

interface Operation {
  readonly needsSnapshots: boolean;
  prepare(recorder: Recorder): void;
  run(recorder: Recorder): void;
}

const { clusterBytes: cluster } = imageSettings;
const sectors = (n: number): number => n * 512;

const nothing = (): void => {};

const write = (recorder: Recorder, clusters: number, count: number): void => recorder.run(Op.WRITE, clusters * cluster, count * cluster);
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
    needsSnapshots: false,
    prepare: nothing,
    run(recorder) {
      write(recorder, 3, 2);
      flush(recorder);
      write(recorder, 9, 1);
    },
  },
  overwrite: {
    needsSnapshots: false,
    prepare: (recorder) => write(recorder, 3, 3),
    run(recorder) {
      recorder.run(Op.WRITE, 3 * cluster + sectors(2), cluster);
      flush(recorder);
      write(recorder, 4, 1);
    },
  },
  'partial write': {
    needsSnapshots: false,
    prepare: nothing,
    run(recorder) {
      recorder.run(Op.WRITE, 20 * cluster + sectors(2), sectors(3));
      flush(recorder);
      recorder.run(Op.WRITE, 30 * cluster + sectors(5), sectors(5));
    },
  },
  'snapshot create': {
    needsSnapshots: true,
    prepare: (recorder) => write(recorder, 3, 2),
    run(recorder) {
      recorder.run(Op.SNAPSHOT, 0, 0, 'a');
      flush(recorder);
      write(recorder, 3, 1);
    },
  },
  apply: {
    needsSnapshots: true,
    prepare: withSnapshots,
    run(recorder) {
      recorder.run(Op.APPLY, 0, 0, 'a');
      flush(recorder);
    },
  },
  delete: {
    needsSnapshots: true,
    prepare: withSnapshots,
    run(recorder) {
      recorder.run(Op.DELETE, 0, 0, 'a');
      flush(recorder);
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;
