/** A sweep of 200 points with one worker and with two: how much of the time the second one saves. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openConfig, planOf, type StudyPlan } from '../../experiments/config/plan.js';
import { carryOutPlan, openStudyStore } from '../../experiments/run/study-runs.js';
import { canonicalJson, sha256 } from '../../results/provenance.js';

const target = 0.6;

const configOf = (operations: number): string =>
  `study: workload
disk: {size: 1GiB}
workload: {name: rand-io, partitionSize: 1GiB, operations: ${operations}}
sweep: {format: [raw, qed, vdi, qcow2-7.2, fvd-paper], load.depth: {from: 1, to: 40, step: 1}}
`;

/** One line for a terminal. Speeds are printed, never asserted. */
export async function sweepLine(small: boolean): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-bench-'));
  try {
    const file = path.join(folder, 'sweep.yaml');
    writeFileSync(file, configOf(small ? 10 : 16_000));
    const plan = planOf(openConfig(file));
    const [one, two] = [await timed(plan, folder, 1), await timed(plan, folder, 2)];
    const ratio = two.seconds / one.seconds;
    const verdict = small ? '' : ratio <= target ? ' reached' : ' missed';
    const seconds = `${one.seconds.toFixed(2)} s with one worker, ${two.seconds.toFixed(2)} s with two`;
    return `sweep of ${plan.points.length} points: ${seconds}, ratio ${ratio.toFixed(2)} (target: ${target})${verdict}, rows ${one.hash === two.hash ? one.hash : 'DIFFER'}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timed(plan: StudyPlan, folder: string, workers: number): Promise<{ seconds: number; hash: string }> {
  const store = openStudyStore(path.join(folder, `store-${workers}`), false);
  const began = performance.now();
  const runs = await carryOutPlan(plan, { store, workers, onProgress: () => undefined });
  return { seconds: (performance.now() - began) / 1000, hash: sha256(canonicalJson(runs)).slice(0, 8) };
}
