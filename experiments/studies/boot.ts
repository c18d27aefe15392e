/** Starts of a virtual machine from an image template on a server, one after another. */
import { choice } from '../../sim/options.js';
import { second } from '../../sim/units.js';
import { group } from '../config/section.js';
import { BootImage } from '../run/boot-image.js';
import { start } from '../run/boot-run.js';
import { fingerprintColumn } from './columns.js';
import { checkStart, startOf, startSections } from './start-sections.js';
import { studyKind, type MetricColumn } from './study.js';

const sections = {
  ...startSections,
  server: group('the server that keeps the template', {
    memory: choice('whether it has the template in memory when the machine starts', ['cold', 'warm'], 'cold'),
  }),
  starts: group('how often the machine starts', {
    count: { kind: 'count', about: 'starts of the same image, one after another; the last one is measured', default: 1, min: 1, max: 100 },
  }),
} as const;

const columns: readonly MetricColumn[] = [
  { name: 'startS', unit: 's', about: 'From power on to the end of the program', better: 'lower' },
  { name: 'serverMB', unit: 'MB', about: 'On the wire from the server until then, 10^6 bytes', better: 'lower' },
  { name: 'guestReadMB', unit: 'MB', about: 'Read by the program, 10^6 bytes', better: null },
  { name: 'savedMB', unit: 'MB', about: 'Saved in the image by copy-on-read or prefetching, 10^6 bytes', better: null },
  { name: 'hostIos', unit: '1', about: 'Reads and writes of the image on its host', better: 'lower' },
  { name: 'meanRequestMs', unit: 'ms', about: "Mean time of the guest's requests", better: 'lower' },
  fingerprintColumn,
];

export const boot = studyKind({
  about: 'starts of a virtual machine from an image template on a server',
  horizon: 'terminating',
  testbed: 'fvd',
  sections,
  columns,
  headline: ['startS', 'serverMB', 'savedMB', 'hostIos', 'meanRequestMs'],
  check(testbed, values, refuse) {
    checkStart(testbed, values, refuse);
  },
  cost: ({ starts }) => starts.count,
  run(testbed, values, { seed }) {
    const { program, server, starts } = values;
    const { image, options } = startOf(testbed, values, seed);
    const made = new BootImage(image);
    const one = (): ReturnType<typeof start> => start(made, program.name, options, server.memory);
    for (let i = 1; i < starts.count; i++) one();
    const { phases, serverBytes, guestBytesRead, savedBytes, hostReads, hostWrites, meanRequestMs, fingerprint } = one();
    return {
      metrics: {
        startS: phases.reduce((sum, phase) => sum + phase, 0) / second,
        serverMB: serverBytes / 1e6,
        guestReadMB: guestBytesRead / 1e6,
        savedMB: savedBytes / 1e6,
        hostIos: hostReads + hostWrites,
        meanRequestMs,
        fingerprint,
      },
      series: null,
    };
  },
});
