/** `snapsim replay` of the sample of PostMark, four requests at a time: for tests of what a replay says. */
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';
import { snapsim, type Ended } from '../../support/command.js';

const sample = path.join(packageRoot, 'traces', 'samples', 'postmark-ext3.blktrace.0.gz');

export const replay = (...words: readonly string[]): Ended => snapsim(['replay', sample, '--mode', 'closed', '--depth', '4', ...words]);
