#!/usr/bin/env node
/** `snapsim`: one binary, a file for each command. Exit status 0: done; 1: a run or a check failed; 2: unusable input. */
import { Command, CommanderError } from 'commander';
import { InputError } from '../../sim/errors.js';
import { packageVersion } from '../places.js';
import { addAblate } from './ablate.js';
import { addCalibrate } from './calibrate.js';
import { addClaims } from './claims.js';
import { addCompare } from './compare.js';
import { addDiff } from './diff.js';
import { addExport } from './export.js';
import { addList } from './list.js';
import { addReplayMemory } from './replay-memory.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addReproduce } from './reproduce.js';
import { addRerun } from './rerun.js';
import { addRun } from './run.js';
import { addSchema } from './schema.js';
import { addSweep } from './sweep.js';
import { addTrace } from './trace.js';
import { addValidate } from './validate.js';

const program = new Command('snapsim')
  .description('Trace-driven discrete-event simulation of virtual-machine snapshot systems')
  .version(packageVersion())
  .exitOverride()
  .configureOutput({
    outputError: (text, write) =>
      write(
        `snapsim: ${text
          .replace(/^error: /, '')
          .trim()
          .replaceAll('\n', ' ')} (see --help)\n`,
      ),
  });

for (const add of [
  addReproduce,
  addRun,
  addSchema,
  addRerun,
  addSweep,
  addCompare,
  addAblate,
  addDiff,
  addCalibrate,
  addReplay,
  addReplayMemory,
  addValidate,
  addTrace,
  addClaims,
  addReport,
  addExport,
  addList,
])
  add(program);

// Who reads our output may stop reading: `snapsim ... | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong, in one line where the user can mend it; answers the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError) {
    process.stderr.write(`snapsim: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(
    `snapsim: this is a defect of snapsim, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}
