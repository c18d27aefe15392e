/** Starts of a virtual machine from an image template on a server, one after another. */
import { formats } from '../../models/formats/index.js';
import { choice, readOptions } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { MiB, second } from '../../sim/units.js';
import { fileWorkloads } from '../../traces/files/index.js';
import { choiceOf, group, type Choosable } from '../config/section.js';
import { BootImage } from '../run/boot-image.js';
import { start } from '../run/boot-run.js';
import { systemIn } from '../run/boot-template.js';
import { setupOf } from '../run/world.js';
import { checkImage, formatSection } from './block-sections.js';
import { fingerprintColumn } from './columns.js';
import { studyKind, type MetricColumn } from './study.js';

/** What says which files are installed is the template's, not the program's. */
const ofTemplate = ['system', 'medianFile', 'filesPerDirectory'];
/** What a program reads of the files that are installed. */
const readsOfTemplate = ['bootRead', 'read'];
const starters = new Registry<Choosable>(
  'program that starts',
  Object.fromEntries(
    ['linux-boot', 'server-start'].map((name) => {
      const { about, options } = fileWorkloads.get(name, 'a start');
      return [name, { about, options: Object.fromEntries(Object.entries(options).filter(([option]) => !ofTemplate.includes(option))) }];
    }),
  ),
);

const sections = {
  format: formatSection,
  program: choiceOf('what starts in the machine, with its options', starters, 'linux-boot'),
  image: group('the image and its template', {
    home: choice("the image's files on a raw partition, or on the host's ext3", ['partition', 'ext3'], 'partition'),
    template: { kind: 'size', about: "of the image template; 0: the test-bed's", default: 0 },
    root: { kind: 'size', about: 'the partition of the system in the image', default: 1024 * MiB, min: 64 * MiB },
  }),
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

/** Below this a system has no room for its journal and tables. */
const leastTemplate = 48 * MiB;

export const boot = studyKind({
  about: 'starts of a virtual machine from an image template on a server',
  horizon: 'terminating',
  testbed: 'fvd',
  sections,
  columns,
  headline: ['startS', 'serverMB', 'savedMB', 'hostIos', 'meanRequestMs'],
  check(testbed, { format, program, image }, refuse) {
    const { hasBacking } = formats.get(format.name, 'format');
    if (!hasBacking && format.name !== 'raw') {
      const over = [...formats].flatMap(([name, model]) => (model.hasBacking ? [name] : []));
      refuse('format', `${format.name}, which is laid over no template`, `raw, which is a copy of it, or one of ${over.join(', ')}`);
    }
    checkImage({ ...setupOf(testbed, format.name), options: format.options }, refuse);
    const template = image.template === 0 ? testbed.backingImage.value : image.template;
    if (template < leastTemplate) refuse('image.template', `${template} B`, `at least ${leastTemplate} B`);
    if (template > image.root) refuse('image.template', `${template} B`, `at most image.root, ${image.root} B`);
    const system = systemIn(template);
    const wanted = readOptions(fileWorkloads.get(program.name, 'program').options, program.options, program.name);
    for (const option of readsOfTemplate) {
      const bytes = wanted[option] ?? 0;
      if (bytes > system) refuse(`program.${option}`, `${bytes} B`, `at most what is installed in the template, ${system} B`);
    }
  },
  cost: ({ starts }) => starts.count,
  run(testbed, { format, program, image, server, starts }, { seed }) {
    const system = systemIn(image.template === 0 ? testbed.backingImage.value : image.template);
    const about = { testbed, format: format.name, options: format.options, home: image.home, system, rootBytes: image.root, seed };
    const made = new BootImage(about);
    const one = (): ReturnType<typeof start> => start(made, program.name, { ...program.options, system }, server.memory);
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
