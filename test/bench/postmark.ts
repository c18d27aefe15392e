/** What one run of PostMark needs: the creation of 50 GB of small files in a guest whose image is QCOW2, the slowest of the formats to simulate. */
import { systems, postmarkLoad } from '../../experiments/figures/fvd-postmark.js';
import { PostmarkMachine } from '../../experiments/run/postmark-machine.js';
import { runPostmark } from '../../experiments/run/postmark-run.js';
import { fvd } from '../../experiments/testbeds/fvd.js';

const targets = { cpuSeconds: 30, megabytes: 500 } as const;

/** Runs it once in this process, which did nothing else before, and says what it took. */
export function postmarkLines(small: boolean): string {
  const { load, layout } = postmarkLoad(small ? 'quick' : 'full', fvd);
  const before = process.cpuUsage();
  const request = {
    testbed: fvd,
    system: systems.QCOW2,
    home: 'partition',
    device: 'virtio',
    processors: 1,
    layout,
    isWarm: false,
    seed: 1,
  } as const;
  const { create, fingerprint } = runPostmark(new PostmarkMachine(request), { ...load, transactions: 0 });
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  const peak = process.resourceUsage().maxRSS / 1e3;
  const verdict = (value: number, target: number): string => (small ? '' : value < target ? 'reached' : 'missed');
  return [
    `PostMark creates ${load.files} files in ${create.timeS.toFixed(0)} simulated seconds (${fingerprint})`,
    `CPU time: ${cpu.toFixed(1)} s (target: ${targets.cpuSeconds} s) ${verdict(cpu, targets.cpuSeconds)}`,
    `peak memory: ${peak.toFixed(0)} MB (target: ${targets.megabytes} MB) ${verdict(peak, targets.megabytes)}`,
  ].join('\n');
}
