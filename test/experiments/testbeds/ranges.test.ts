import { expect } from 'chai';
import { testbeds } from '../../../experiments/testbeds/index.js';
import { latinHypercube, rangedParameters, valueWithin, type RangedParameter } from '../../../experiments/testbeds/ranges.js';
import { watched } from '../../../experiments/testbeds/watched.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';

const parameter = (changes: Partial<RangedParameter>): RangedParameter => ({
  path: 'p',
  value: 2,
  unit: '',
  status: 'assumption',
  source: 'a test',
  range: [1, 3],
  ...changes,
});

describe('a value within the range of a parameter', () => {
  it('is its low end at 0, its high end at 1, and between them in proportion', () => {
    const real = parameter({ value: 1.5, range: [1, 3] });
    expect([0, 0.25, 1].map((share) => valueWithin(real, share))).eql([1, 1.5, 3]);
  });

  it('stays whole where the parameter is, and sizes are whole pages', () => {
    expect(valueWithin(parameter({ range: [1, 32], value: 2 }), 0.49)).satisfy(Number.isInteger);
    const size = parameter({ unit: 'B', value: 8192, range: [4096, 1e9] });
    for (const share of [0, 0.3, 1]) expect((valueWithin(size, share) as number) % 4096).equal(0);
  });

  it('goes by factors where the range is more than one power of ten', () => {
    expect(valueWithin(parameter({ value: 10, range: [1, 100] }), 0.5)).equal(10);
    expect(valueWithin(parameter({ value: 10, range: [0, 100] }), 0.5)).equal(50);
  });

  it('is one of two names or switches', () => {
    const named = parameter({ value: 'none', range: ['none', 'writeback'] });
    expect([0, 0.49, 0.5, 1].map((share) => valueWithin(named, share))).eql(['none', 'none', 'writeback', 'writeback']);
  });
});

describe('a Latin hypercube', () => {
  const parameters = [parameter({ path: 'a', value: 0.5, range: [0, 1] }), parameter({ path: 'b', value: 0.5, range: [0, 1] })];

  it('has each stratum of each range once', () => {
    const samples = latinHypercube(parameters, 20, 'x');
    const strataOf = (path: string) => samples.map((sample) => Math.floor((sample[path] as number) * 20));
    const inOrder = Array.from({ length: 20 }, (_, i) => i);
    for (const path of ['a', 'b']) {
      expect([...strataOf(path)].sort((x, y) => x - y)).eql(inOrder);
      expect(strataOf(path)).not.eql(inOrder);
    }
    expect(strataOf('a')).not.eql(strataOf('b'));
  });

  it('is the same for the same name, whatever other parameters there are', () => {
    const [both, alone] = [latinHypercube(parameters, 7, 'x'), latinHypercube(parameters.slice(1), 7, 'x')];
    expect(both.map(({ b }) => b)).eql(alone.map(({ b }) => b));
    expect(latinHypercube(parameters, 7, 'y')).not.eql(both);
  });

  it('has samples of every test-bed that make a test-bed', () => {
    for (const [name, testbed] of testbeds) {
      const ranged = rangedParameters(testbed);
      expect(ranged.length).above(10);
      for (const share of [0, 1]) {
        for (const one of ranged)
          expect(() => withChanges(testbed, { [one.path]: valueWithin(one, share) }), `${name}.${one.path}`).not.throw();
      }
      for (const sample of latinHypercube(ranged, 30, name)) expect(() => withChanges(testbed, sample), name).not.throw();
    }
  });
});

describe('a watched test-bed', () => {
  const fvd = testbeds.get('fvd', 'test');
  const watch = () => {
    const reads: string[] = [];
    return { reads, testbed: watched(fvd, (path) => reads.push(path)) };
  };

  it('tells of each parameter whose value is taken, once', () => {
    const { reads, testbed } = watch();
    const { guest } = testbed;
    expect(reads).eql([]);
    expect(guest.exitTime.value + guest.exitTime.value).equal(2 * fvd.guest.exitTime.value);
    expect(testbed.slots.value).equal(fvd.slots.value);
    expect(reads).eql(['guest.exitTime', 'slots']);
  });

  it('takes the drive that follows from its numbers as all of them', () => {
    const { reads, testbed } = watch();
    expect(testbed.drive.name).equal(fvd.drive.name);
    expect(reads).eql([]);
    expect(testbed.drive.parameters).equal(fvd.drive.parameters);
    expect(reads).includes.members(['drive.rpm', 'drive.segments']).and.not.includes('queueDepth');
  });

  it('is otherwise the test-bed as it is', () => {
    expect(JSON.parse(JSON.stringify(watch().testbed))).eql(JSON.parse(JSON.stringify(fvd)));
  });
});
