import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ablationNotes, ablationTable } from '../../../experiments/compare/ablation-output.js';
import { runAblations } from '../../../experiments/compare/ablation-runs.js';
import { ablationsOf } from '../../../experiments/compare/ablations.js';
import { samplesOf } from '../../../experiments/claims/sensitivity-bands.js';
import { compareVariants } from '../../../experiments/compare/comparison.js';
import { comparisonNotes, comparisonTable } from '../../../experiments/compare/output.js';
import { variantsBetween } from '../../../experiments/compare/variants.js';
import { packageRoot } from '../../../experiments/places.js';
import { InputError } from '../../../sim/errors.js';
import { memoryConfig, workloadConfig } from './configs.js';
import { snapsim } from '../../support/command.js';

const settings = { store: null, workers: 2, onProgress: () => undefined };

describe('a comparison', () => {
  it('of two flush controllers says what each costs, with intervals, and that the other metrics are the same', async () => {
    const variants = variantsBetween(memoryConfig(), 'controller=adaptive,fixed');
    const comparison = await compareVariants(variants, { seeds: undefined, bands: 0 }, settings);
    expect(comparison.failures).deep.equals([]);
    expect(comparison.rows).length(8);
    const of = (metric: string) => comparison.effects.find((effect) => effect.metric === metric)!;
    expect(of('durationMeanMs').direction).equals('lower');
    expect(of('durationMeanMs').isBetter).equals(true);
    expect(of('downtimeMeanMs').direction).equals('same');
    // By hand: a - b of the rows, seed by seed.
    const values = (variant: string): number[] =>
      comparison.rows.filter((row) => row['variant'] === variant).map((row) => row['durationMeanMs'] as number);
    const [a, b] = [values('adaptive'), values('fixed')];
    expect(of('durationMeanMs').difference.mean).closeTo(a.reduce((sum, value, i) => sum + value - b[i]!, 0) / 4, 1e-9);
    const notes = comparisonNotes(comparison);
    expect(notes.some((line) => /^durationMeanMs: adaptive is shorter than fixed by [\d.]+ % \[/.test(line))).equals(true);
    expect(notes.some((line) => line.startsWith('WARNING: 4 pairs are few'))).equals(true);
    expect(comparisonTable(comparison).rows).length(comparison.effects.length);
  });

  it('of a variant with itself under another name finds nothing', async () => {
    const variants = variantsBetween(memoryConfig(), 'controller=fixed,{name: fixed, pause: 5ms}');
    const { effects } = await compareVariants(variants, { seeds: 2, bands: 0 }, settings);
    expect(effects.every(({ direction }) => direction === 'same')).equals(true);
  });

  it('has a band over what the test-bed leaves open, which holds the ratio as it is', async () => {
    const variants = variantsBetween(workloadConfig(), 'format.cluster=64KiB,512KiB');
    const { effects, bands, failures } = await compareVariants(variants, { seeds: 2, bands: 4 }, settings);
    expect(failures).deep.equals([]);
    const iops = effects.find(({ metric }) => metric === 'iops')!;
    const band = bands!.bands.get(JSON.stringify(['iops', '']))!;
    expect(band.low).below(band.high);
    expect(iops.ratio!.mean).within(band.low, band.high);
  });

  it('has a band of no width where the config itself sets all that the test-bed leaves open: samples do not move what is set', async () => {
    const { name } = variantsBetween(workloadConfig(), 'format.cluster=64KiB,512KiB').planA.points[0]!.config['testbed'] as {
      name: string;
    };
    const set = Object.fromEntries(Object.entries(samplesOf(name, 1)[0]!).map(([path, value]) => [path, String(value)]));
    const variants = variantsBetween(workloadConfig({ testbed: { name, set } }), 'format.cluster=64KiB,512KiB');
    const { bands, failures } = await compareVariants(variants, { seeds: 2, bands: 3 }, settings);
    expect(failures).deep.equals([]);
    const band = bands!.bands.get(JSON.stringify(['iops', '']))!;
    expect(band.low).equals(band.high);
  });

  it('of metrics that were chosen beforehand tests these alone, and refuses unknown ones before anything runs', async () => {
    const variants = variantsBetween(workloadConfig(), 'format.cluster=64KiB,512KiB');
    const all = await compareVariants(variants, { seeds: 3, bands: 0 }, settings);
    const one = await compareVariants(variants, { seeds: 3, metrics: ['iops'], bands: 0 }, settings);
    const [iops] = one.effects;
    const among = all.effects.find(({ metric }) => metric === 'iops')!;
    expect(one.effects).length(1);
    expect(iops!.difference).deep.equals(among.difference);
    expect(iops!.pHolm).equals(among.p);
    expect(among.pHolm).above(among.p!);
    const nothingRuns = { ...settings, onProgress: () => expect.fail('something ran') };
    const error: unknown = await compareVariants(variants, { seeds: 3, metrics: ['iopss'], bands: 0 }, nothingRuns).catch(
      (e: unknown) => e,
    );
    expect(error).instanceOf(InputError).has.property('message').that.includes('did you mean iops');
  });

  it('leaves out what only some runs have, and refuses a single run', async () => {
    const variants = variantsBetween(workloadConfig(), 'format.cluster=64KiB,512KiB');
    const { omitted } = await compareVariants(variants, { seeds: 2, bands: 0 }, settings);
    expect(omitted.map(({ metric }) => metric)).includes('latencyP99Ms');
    const single = variantsBetween(workloadConfig({ replications: '1' }), 'format.cluster=64KiB,512KiB');
    const error: unknown = await compareVariants(single, { seeds: undefined, bands: 0 }, settings).catch((reason: unknown) => reason);
    expect(error).instanceOf(InputError).has.property('message').that.includes('at least 2');
  });
});

describe('ablations, carried out', () => {
  it('tell what each mechanism is worth, and which does nothing here', async () => {
    const ablations = ablationsOf(memoryConfig({ method: 'stop-and-copy', controller: 'fixed' }), { turnsOn: false, only: [] });
    const result = await runAblations(ablations, 3, settings);
    const { rows } = ablationTable(ablations.base.study, result);
    expect(rows.map(([name]) => name))
      .includes('method.sync off')
      .and.not.includes('controller=none');
    expect(ablationNotes(ablations, result).join('\n')).includes('without any effect here: controller=none');
    const sync = result.effects.find(({ metric, at }) => metric === 'downtimeMeanMs' && at === 'method.sync off')!;
    expect(sync.direction).equals('lower');
    expect(sync.isBetter).equals(true);
  });
});

describe('snapsim compare', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-compare-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...words: readonly string[]) => snapsim([...words, '--store', path.join(folder, 'store')]);
  const example = path.join(packageRoot, 'experiments', 'examples', 'flush-controllers.yaml');

  it('prints a table and verdicts, and leaves rows, effects, a chart and a manifest', () => {
    const small = ['--set', 'guest.memory=128MiB', '--set', 'snapshots.count=2', '--seeds', '3'];
    const { status, stdout, stderr } = run('compare', example, '--between', 'adaptive,fixed', ...small, '--out', path.join(folder, 'out'));
    expect(stderr.replace(/^comparing.*$/gm, '').trim()).equals('');
    expect(status).equals(0);
    expect(stdout).includes('adaptive against fixed').and.includes('slowdownPercent: adaptive is').and.includes('3 pairs of runs');
    const files = readdirSync(path.join(folder, 'out')).sort();
    expect(files).includes.members(['comparison.json', 'effects.csv', 'effects.png', 'effects.svg', 'manifest.json', 'rows.jsonl']);
    const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, 'out', name), 'utf8'));
    expect(read('comparison.json')).has.property('a', 'adaptive');
    expect(read('manifest.json'))
      .has.nested.property('outputs.effects\\.csv')
      .that.matches(/^[0-9a-f]{64}$/);
    const again = run('compare', example, '--between', 'adaptive,fixed', ...small, '--json');
    expect(JSON.parse(again.stdout)).deep.equals(read('comparison.json'));
  });

  it('refuses what it cannot compare, in one line, with status 2', () => {
    const { status, stderr } = run('compare', example, '--between', 'adaptive,fxied');
    expect(status).equals(2);
    expect(stderr).equals(`${stderr.split('\n')[0]}\n`);
    expect(stderr).includes('did you mean fixed');
    expect(run('compare', example).status).equals(2);
  });
});
