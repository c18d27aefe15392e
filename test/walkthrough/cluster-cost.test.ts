/** A figure more: one file and one line. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PackageCopy } from './package-copy.js';

describe('the walk-through of a new figure', function () {
  this.timeout(120_000);
  let copy: PackageCopy;

  before(() => {
    copy = new PackageCopy({
      module: new URL('./cluster-cost.js', import.meta.url),
      exported: 'clusterCost',
      index: 'experiments/figures/index.js',
      registry: 'figure',
      line: "'cluster-cost': clusterCost,",
    });
  });
  after(() => copy.remove());

  it('is drawn by its name, with its rows, its chart and a report', () => {
    const done = copy.snapsim('reproduce', 'cluster-cost', '--quick', '--out', 'out');
    expect(done.status, done.stderr).to.equal(0);
    const out = path.join(copy.folder, 'out');
    const rows = readFileSync(path.join(out, 'cluster-cost', 'rows.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(rows).to.have.length(1 + 3 * 2);
    expect(readFileSync(path.join(out, 'cluster-cost', 'cluster-cost.svg'), 'utf8')).to.contain('Mean time (ms)');
    expect(readFileSync(path.join(out, 'report.html'), 'utf8')).to.contain('What a cluster costs');
    expect(copy.original('reproduce', 'cluster-cost').stderr).to.contain('unknown figure "cluster-cost"');
  });
});
