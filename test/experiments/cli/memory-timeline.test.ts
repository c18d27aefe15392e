import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MemoryMachine, memorySetupOf } from '../../../experiments/run/memory-machine.js';
import { consnap } from '../../../experiments/testbeds/consnap.js';
import { memoryMethods } from '../../../models/memory/index.js';
import { timelineJson } from '../../../results/timeline.js';
import { Timeline } from '../../../sim/timeline.js';
import { second } from '../../../sim/units.js';
import { memoryWorkloads } from '../../../traces/memory/generated/index.js';
import { nestingFaults, type TraceEvent, type TraceFile } from '../../results/support/trace-events.js';
import { snapsim } from '../../support/command.js';

/** A guest that is compiled in, or sends files, with three snapshots. */
function machineOf(method: string, workload: string): MemoryMachine {
  return new MemoryMachine(memorySetupOf(consnap, method), memoryWorkloads.get(workload, 'test').make({}, 1, 'test'));
}
const plan = { first: second, interval: 4 * second, count: 3, fullFrom: Infinity };

const laneOf = ({ traceEvents }: TraceFile, lane: string): readonly TraceEvent[] => {
  const named = traceEvents as readonly (TraceEvent & { readonly args?: { readonly name?: string } })[];
  const tid = named.find(({ name, args }) => name === 'thread_name' && args?.name === lane)!.tid;
  return traceEvents.filter((event) => event.tid === tid && event.ph !== 'M');
};
const lengthOf = (events: readonly TraceEvent[], name?: string): number =>
  events.filter((event) => name === undefined || event.name === name).reduce((sum, { dur }) => sum + Math.round(dur! * 1000), 0);

describe('the timeline of memory snapshots', function () {
  this.timeout(100_000);

  for (const method of memoryMethods.names) {
    it(`nests, and changes nothing: ${method}`, () => {
      const timeline = new Timeline();
      const watched = machineOf(method, 'ftp');
      watched.watch(timeline);
      watched.run(plan, 30 * second);
      const plain = machineOf(method, 'ftp').run(plan, 30 * second);
      expect(JSON.stringify(watched.host.records)).equals(JSON.stringify(plain.host.records));
      const { traceEvents } = JSON.parse(timelineJson(timeline)) as TraceFile;
      expect(nestingFaults(traceEvents)).deep.equals([]);
    });
  }

  it('shows the vCPU without a gap, and the downtime and epochs that the records have', () => {
    const timeline = new Timeline();
    const machine = machineOf('consnap', 'compilation');
    machine.watch(timeline);
    machine.run(plan, 400 * second);
    const file = JSON.parse(timelineJson(timeline)) as TraceFile;
    const states = laneOf(file, 'vCPU').filter(({ name }) => name !== 'faults and exits');
    states.forEach(({ ts }, i) => {
      const before = states[i - 1];
      expect(Math.round(ts! * 1000)).equals(before === undefined ? 0 : Math.round(before.ts! * 1000) + Math.round(before.dur! * 1000));
    });
    const { records } = machine.host;
    expect(records).length(3);
    const downtime = records.reduce((sum, record) => sum + record.downtime, 0);
    expect(lengthOf(laneOf(file, 'downtime'))).equals(downtime);
    expect(lengthOf(states, 'stopped')).equals(downtime);
    expect(laneOf(file, 'snapshots').map(({ name }) => name)).deep.equals(records.map(({ kind }) => `${kind} snapshot`));
    expect(lengthOf(laneOf(file, 'snapshots'))).equals(records.reduce((sum, { begun, ended }) => sum + ended - begun, 0));
    expect(laneOf(file, 'flush thread').some(({ name }) => name === 'flushes a slice')).equals(true);
    const faults = laneOf(file, 'vCPU').filter(({ name }) => name === 'faults and exits');
    expect(faults.length).above(10);
  });

  it('has the network and the disk of a guest that sends files', () => {
    const timeline = new Timeline();
    const machine = machineOf('consnap', 'ftp');
    machine.watch(timeline);
    machine.run(plan, 20 * second);
    const file = JSON.parse(timelineJson(timeline)) as TraceFile;
    expect(laneOf(file, 'network').length).above(100);
    const names = new Set(laneOf(file, 'disk: I/O in service').map(({ name }) => name));
    expect([...names].sort()).include.members(['guest read', 'snapshot write']);
  });

  it('is written by replay-memory, with a manifest from which it is made again', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-memory-'));
    try {
      // Every half second the same runs of pages, and others.
      const lines = Array.from(
        { length: 16 },
        (_, i) => `${i} ${(5.5 + i / 2) * 1e9} 60 ${10 + i * 20}:20 ${2000 - i * 10}:2 6:2${' 6:2'.repeat(18)}`,
      );
      const header = '# wprec v1 interval_ms=500 page_size=4096 pid_start_mono_ns=5000000000';
      writeFileSync(path.join(folder, 'r.pages.txt'), `${[header, ...lines].join('\n')}\n`);
      const words = ['replay-memory', 'r.pages.txt', '--methods', 'consnap,pre-copy', '--memory', '16MiB', '--interval', '2s'];
      const { status, stderr } = snapsim([...words, '--timeline', 't.json', '--timeline-window', '1s..3s'], folder);
      expect([status, stderr.replace(/\d+/g, 'N')]).deep.equals([
        0,
        'snapsim: t.json holds N slices of N s to N s; left out: N before, N after\n',
      ]);
      expect(nestingFaults((JSON.parse(readFileSync(path.join(folder, 't.json'), 'utf8')) as TraceFile).traceEvents)).deep.equals([]);
      const refused = snapsim([...words, '--report', 'r.pages.txt/page.html'], folder);
      expect([refused.status, refused.stdout], 'before anything runs').deep.equals([2, '']);
      expect(snapsim(['rerun', 't.json.manifest.json'], folder).stdout).match(/^equal +t\.json$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
