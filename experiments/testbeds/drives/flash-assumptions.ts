/** What the flash drives' numbers have in common. */
import type { Parameter } from '../testbed.js';

/** A number that documents of the class give a range for. */
export const count = (value: number, unit: string, source: string, range: readonly [number, number]): Parameter<number> => ({
  value,
  unit,
  status: 'assumption',
  source,
  range,
});

/** How long reads may put off a program: counted in reads, as a controller's deadline for writes. */
export const readsBeforeProgram = count(
  32,
  'reads',
  'reads in a row of a die that pass a waiting program; data sheets name no deadline for writes: 32 put a program off by a few milliseconds',
  [1, 256],
);

/** What lies on the drive when a run begins. */
export const condition: Parameter<string> = {
  value: 'filled',
  unit: '',
  status: 'assumption',
  source:
    'a drive in use: all of it was written once, in order, and nothing trimmed, so reads find data in the flash wherever they go; garbage is collected once its spare flash is used up',
};
