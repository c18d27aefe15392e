/** The walk-through of a figure: what random requests cost on a fresh qcow2 image, over the size of its clusters. */
import { lines } from '../../results/charts/index.js';
import { summarize } from '../../results/summary.js';
import { defaults } from '../../sim/options.js';
import { KiB, MiB } from '../../sim/units.js';
import { mixed } from '../../traces/synthetic/mixed.js';
import type { Figure, Study } from '../../experiments/figures/figure.js';
import { HostedImage } from '../../experiments/run/irow-image.js';

const disk = 64 * MiB;
const clusters = [4, 64, 1024];

const study: Study = {
  testbed: 'consnap',
  columns: [
    { name: 'clusterKB', unit: 'KiB', about: 'Size of a cluster' },
    { name: 'seed', unit: '', about: 'Seed of the requests' },
    { name: 'meanMs', unit: 'ms', about: 'Mean time of a request of 4 to 64 KB, one at a time' },
  ],
  points: () => clusters.map((clusterKB) => ({ clusterKB })),
  seeds: (_point, scale) => (scale === 'quick' ? 2 : 5),
  run(point, seed, scale, testbed) {
    const { clusterKB } = point as { clusterKB: number };
    const image = new HostedImage({ testbed, format: 'qcow2-0.12', options: { cluster: clusterKB * KiB }, diskBytes: disk, seed });
    const requests = scale === 'quick' ? 200 : 2000;
    const { time } = image.run(mixed.open({ ...defaults(mixed.options), requests, disk }, seed));
    return [{ ...point, seed, meanMs: time / requests / 1e6 }];
  },
};

export const clusterCost: Figure = {
  paper: 'a walk-through',
  locus: 'ours',
  about: 'random requests on a fresh qcow2 image, over the size of its clusters',
  study,
  charts(rows) {
    const drawn = summarize(rows, ['clusterKB'], 'meanMs').map(({ key, interval: { mean, low, high } }) => ({
      series: 'qcow2',
      x: key['clusterKB'] as number,
      value: mean,
      low,
      high,
    }));
    const options = { description: 'mean time over cluster size', xTitle: 'Cluster (KiB)', yTitle: 'Mean time (ms)', series: ['qcow2'] };
    const spec = lines({ ...options, xLog: true, xTicks: clusters }, drawn);
    const columns = ['series', 'x', 'value', 'low', 'high'].map((name) => ({ name, unit: '', about: '' }));
    return [{ name: 'cluster-cost', title: 'What a cluster costs', caption: options.description, spec, points: { columns, rows: drawn } }];
  },
  claimRows: (rows) => rows,
  measures: [],
};
