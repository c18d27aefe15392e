/** Whole replays: records from our binary columns, image format, disk, statistics. */
import { Replay } from '../../models/guests/replay.js';
import { defaults } from '../../sim/options.js';
import type { TraceReader } from '../../traces/batch.js';
import { openTrace } from '../../traces/formats/index.js';
import { mixed } from '../../traces/synthetic/mixed.js';
import { setupOf, World } from '../../experiments/run/world.js';
import { testbeds } from '../../experiments/testbeds/index.js';
import type { Benchmark } from './bench.js';
import { generatedFile } from './generated-files.js';

/** Replays `trace` in a closed loop. */
function replayOn(format: string, trace: TraceReader): { work: number; hash: number } {
  const world = new World(setupOf(testbeds.get('fvd', 'bench'), format));
  const replay = new Replay(world.kernel, world.disk, trace, { kind: 'closed', depth: 1 }, world.setup.slots, 0);
  world.kernel.run();
  trace.close();
  return { work: replay.completed, hash: parseInt(world.disk.fingerprint.toString().slice(0, 8), 16) };
}

const replaying = (format: string, target: number): Benchmark => ({
  name: `replay on ${format}`,
  unit: 'requests',
  target,
  amount: 1_000_000,
  run: (amount) => replayOn(format, openTrace(generatedFile('snaptrace', amount))),
});

export const replayBenchmarks: readonly Benchmark[] = [replaying('raw', 1), replaying('qcow2-0.12', 0.5), replaying('fvd-paper', 0.5)];

/** Replays generated requests without a file between: to see how memory grows with their number. */
export const replayGenerated = (format: string, requests: number): void => {
  replayOn(format, mixed.open({ ...defaults(mixed.options), requests }, 1));
};
