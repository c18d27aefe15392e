import { expect } from 'chai';
import { variantsBetween, variantsOfConfigs } from '../../../experiments/compare/variants.js';
import { ablationsOf } from '../../../experiments/compare/ablations.js';
import { InputError } from '../../../sim/errors.js';
import { memoryConfig, workloadConfig } from './configs.js';

const all = { turnsOn: false, only: [] };

describe('variants of a config', () => {
  it('set a path to one value and to the other, swept or not', () => {
    for (const config of [memoryConfig(), memoryConfig({ sweep: { controller: ['none', 'adaptive', 'fixed'] } })]) {
      const { nameA, nameB, planA, planB, at } = variantsBetween(config, 'controller=adaptive,fixed');
      expect([nameA, nameB]).deep.equals(['adaptive', 'fixed']);
      expect(planA.points.map((point) => point.config['controller'])).deep.equals([{ name: 'adaptive' }]);
      expect(planB.points.map((point) => point.config['controller'])).deep.equals([{ name: 'fixed' }]);
      expect(at).deep.equals(['']);
    }
  });

  it('go through all points of what is swept besides', () => {
    const config = workloadConfig({ sweep: { 'format.cluster': ['64KiB', '1MiB'], format: ['qcow2-0.12', 'qcow2-7.2'] } });
    const { planA, planB, at } = variantsBetween(config, 'qcow2-7.2,qcow2-0.12');
    expect(at).deep.equals(['cluster=64KiB', 'cluster=1MiB']);
    expect(planA.points.map((point) => point.config['format'])).deep.equals([
      { name: 'qcow2-7.2', cluster: '65536' },
      { name: 'qcow2-7.2', cluster: '1048576' },
    ]);
    expect(planB.points).length(2);
    const clusters = variantsBetween(config, 'format.cluster=64KiB,1MiB');
    expect(clusters).includes({ nameA: 'cluster=64KiB', nameB: 'cluster=1MiB' });
    expect(clusters.planB.points.map((point) => point.config['format'])).deep.equals([
      { name: 'qcow2-0.12', cluster: '1048576' },
      { name: 'qcow2-7.2', cluster: '1048576' },
    ]);
  });

  it('may be two points, values with options, or two configs', () => {
    const swept = workloadConfig({ sweep: { 'format.cluster': ['64KiB', '1MiB'], 'workload.operations': ['50', '60'] } });
    const labels = 'cluster=64KiB operations=50,cluster=1MiB operations=60';
    expect(variantsBetween(swept, labels).planB.points[0]!.config['format']).has.property('cluster', '1048576');
    const paused = variantsBetween(memoryConfig(), 'controller={name: fixed, pause: 2ms},{name: fixed, pause: 9ms}');
    expect(paused.planB.points[0]!.config['controller']).deep.equals({ name: 'fixed', pause: '9000000ns' });
    const two = variantsOfConfigs(memoryConfig({ name: 'one' }), memoryConfig({ name: 'other', controller: 'none' }));
    expect([two.nameA, two.nameB]).deep.equals(['one', 'other']);
  });

  const refused: readonly [string, () => unknown, RegExp][] = [
    [
      'a value that is not swept',
      () => variantsBetween(memoryConfig({ sweep: { controller: ['none', 'fixed'] } }), 'controller=none,adaptive'),
      /not among the swept/,
    ],
    [
      'a label that is none',
      () => variantsBetween(memoryConfig({ sweep: { controller: ['none', 'fixed'] } }), 'none,fixt'),
      /"fixt".*did you mean fixed/,
    ],
    [
      'two spellings of one value',
      () => variantsBetween(workloadConfig(), 'disk.size=1GiB,1073741824'),
      /the same experiment in both variants/,
    ],
    [
      'a path that the sweep sets again',
      () => variantsBetween(memoryConfig({ sweep: { 'controller.name': ['adaptive', 'fixed'] } }), 'controller=adaptive,none'),
      /the same experiment in both variants/,
    ],
    ['one value', () => variantsBetween(memoryConfig(), 'controller=fixed'), /two values/],
    ['the same value twice', () => variantsBetween(memoryConfig(), 'controller=fixed,fixed'), /twice/],
    [
      'a path that is none',
      () => variantsBetween(memoryConfig(), 'controler=none,fixed'),
      /unknown key "controler".*did you mean controller/,
    ],
    ['studies of two kinds', () => variantsOfConfigs(memoryConfig(), workloadConfig()), /kind workload/],
    [
      'points that do not match',
      () =>
        variantsOfConfigs(
          memoryConfig({ sweep: { controller: ['none', 'fixed'] } }),
          memoryConfig({ sweep: { controller: ['none', 'aimd'] } }),
        ),
      /no point "controller=fixed"/,
    ],
  ];
  for (const [what, action, message] of refused) it(`refuse ${what}`, () => expect(action).to.throw(InputError, message));
});

describe('ablations of a config', () => {
  it('turn off what is on, and take each alternative', () => {
    const { ablations, base } = ablationsOf(memoryConfig({ method: 'stop-and-copy', controller: 'fixed' }), all);
    expect(ablations.map(({ name }) => name)).deep.equals(['method.sync off', 'controller=none', 'tracking.log=modification-log']);
    expect(ablations[0]!.plan.points[0]!.config['method']).deep.equals({ name: 'stop-and-copy', sync: 'false' });
    expect(base.points[0]!.config['method']).deep.equals({ name: 'stop-and-copy' });
  });

  it('turn on what is off only where they are told to, and keep to the paths that are named', () => {
    const config = workloadConfig();
    const on = ablationsOf(config, { turnsOn: true, only: ['format.lazyRefcounts'] });
    expect(on.ablations.map(({ name }) => name)).deep.equals(['format.lazyRefcounts on']);
    expect(() => ablationsOf(config, { turnsOn: true, only: ['format.lazy'] })).to.throw(InputError, 'format.lazyRefcounts');
    expect(() => ablationsOf(config, all)).to.throw(InputError, 'no switch or alternative');
    expect(() => ablationsOf(workloadConfig({ sweep: { 'format.cluster': ['64KiB', '1MiB'] } }), all)).to.throw(InputError, '2 points');
  });
});
