import { expect } from 'chai';
import { tableDifference, treeDifferences, type Table } from '../../../results/compare/difference.js';

const column = (name: string, unit: string) => ({ name, unit, about: '' });
const table = (rows: Table['rows'], ...extra: string[]): Table => ({
  columns: [
    column('point', ''),
    column('format', ''),
    column('seed', ''),
    column('iops', '1/s'),
    column('note', ''),
    ...extra.map((name) => column(name, '1')),
  ],
  rows,
});
const row = (point: string, format: string, seed: number, iops: number | null, note = 'x') => ({ point, format, seed, iops, note });

describe('differences of trees', () => {
  it('name each leaf that differs, and a branch that only one has as one', () => {
    const a = { testbed: 'fvd', format: { name: 'qcow2', cluster: 65536 }, seeds: [1, 2] };
    const b = { testbed: 'fvd', format: { name: 'qcow2', cluster: 4096 }, seeds: [1, 3], sweep: { depth: [1, 2] } };
    expect(treeDifferences(a, b)).deep.equals([
      { path: 'format.cluster', a: '65536', b: '4096' },
      { path: 'seeds.1', a: '2', b: '3' },
      { path: 'sweep', a: 'nothing', b: '{"depth":[1,2]}' },
    ]);
    expect(treeDifferences(a, a)).deep.equals([]);
  });
});

describe('differences of tables', () => {
  it('bring rows together by what was swept and the seed, whatever their order and the hash of their point', () => {
    const a = table([row('p1', 'raw', 1, 10), row('p1', 'raw', 2, 12), row('p2', 'qed', 1, 5)]);
    const b = table([row('q2', 'qed', 1, 5), row('q1', 'raw', 2, 13), row('q1', 'raw', 1, 11)]);
    const { metrics, onlyA, onlyB } = tableDifference(a, b);
    expect(metrics.map(({ at, a: before, b: now }) => [at, before, now])).deep.equals([
      ['format=raw', [10, 12], [11, 13]],
      ['format=qed', [5], [5]],
    ]);
    expect([onlyA, onlyB]).deep.equals([0, 0]);
  });

  it('count rows and columns that only one has, and cells of texts that differ', () => {
    const a = table([row('p', 'raw', 1, 10), row('p', 'raw', 3, 10)]);
    const b = table([{ ...row('p', 'raw', 1, null, 'y'), more: 1 }], 'more');
    const difference = tableDifference(a, b);
    expect(difference).deep.includes({ metrics: [], onlyA: 1, onlyB: 0, columnsOnlyA: [], columnsOnlyB: ['more'] });
    expect(difference.changedTexts).deep.equals([
      { column: 'iops', at: 'format=raw', cells: 1 },
      { column: 'note', at: 'format=raw', cells: 1 },
    ]);
  });
});
