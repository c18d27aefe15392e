/** Virtual machines created at the same time on as many hosts, from one image template on one server. */
import { mean } from '../../results/statistics/index.js';
import { second } from '../../sim/units.js';
import { group } from '../config/section.js';
import { createFleet } from '../run/boot-fleet.js';
import { checkStart, startOf, startSections } from './start-sections.js';
import { studyKind, type MetricColumn } from './study.js';

const sections = {
  ...startSections,
  fleet: group('the machines', {
    machines: { kind: 'count', about: 'created at once, each on a host of its own', default: 4, min: 1, max: 200 },
  }),
} as const;

const columns: readonly MetricColumn[] = [
  {
    name: 'readyS',
    unit: 's',
    about: 'Until the last machine can be powered on: its image is at its host as far as it must be',
    better: 'lower',
  },
  {
    name: 'meanUpS',
    unit: 's',
    about: 'From the request until the program in a machine came to its end, mean over machines',
    better: 'lower',
  },
  { name: 'lastUpS', unit: 's', about: 'The same of the last machine', better: 'lower' },
  {
    name: 'serverMB',
    unit: 'MB',
    about: 'On the wire from the server to all hosts until the last machine is up, 10^6 bytes',
    better: 'lower',
  },
  { name: 'serverMBs', unit: 'MB/s', about: 'The same over the time until the last machine is up', better: null },
];

export const fleet = studyKind({
  about: 'virtual machines created at the same time from one image template on a server',
  horizon: 'terminating',
  testbed: 'fvd',
  sections,
  columns,
  headline: columns.map(({ name }) => name),
  check(testbed, values, refuse) {
    checkStart(testbed, values, refuse);
  },
  cost: (values) => values.fleet.machines,
  run(testbed, values, { seed }) {
    const { image, options } = startOf(testbed, values, seed);
    const created = createFleet({ machines: values.fleet.machines, image, program: values.program.name, options });
    const ups = created.map(({ upAt }) => upAt / second);
    const lastUpS = Math.max(...ups);
    const serverMB = created.reduce((sum, { bytes }) => sum + bytes(), 0) / 1e6;
    return {
      metrics: {
        readyS: Math.max(...created.map(({ arrival }) => arrival.runsAt)) / second,
        meanUpS: mean(ups),
        lastUpS,
        serverMB,
        serverMBs: serverMB / lastUpS,
      },
      series: null,
    };
  },
});
