/** PostMark in a virtual machine, or on the host itself. */
import { formats } from '../../models/formats/index.js';
import { deviceInterfaces } from '../../models/guests/virtual-device.js';
import type { Row } from '../../results/rows.js';
import { choice } from '../../sim/options.js';
import { KiB, MiB } from '../../sim/units.js';
import { group, type SectionValues } from '../config/section.js';
import { PostmarkMachine, type PostmarkRequest } from '../run/postmark-machine.js';
import { runPostmark, type PostmarkPhase } from '../run/postmark-run.js';
import { setupOf } from '../run/world.js';
import type { TestBed } from '../testbeds/testbed.js';
import { checkImage, formatSection } from './block-sections.js';
import { fingerprintColumn } from './columns.js';
import { studyKind, type MetricColumn } from './study.js';

const sections = {
  format: formatSection,
  machine: group('where PostMark runs', {
    kind: choice('a virtual machine, or the host itself, which has no image', ['guest', 'host'], 'guest'),
    device: choice(
      "the virtual machine's disk interface",
      ['virtio', ...deviceInterfaces.names.filter((name) => name !== 'virtio')],
      'virtio',
    ),
    processors: { kind: 'count', about: "of the machine; 0: the test-bed's", default: 0, max: 64 },
  }),
  image: group('the image and what it is made of', {
    home: choice("its files on a raw partition, or on the host's ext3", ['partition', 'ext3'], 'partition'),
    files: choice("how they lie on the host's file system: with holes, or with all blocks", ['sparse', 'preallocated'], 'sparse'),
    template: choice(
      'what it is laid over: a template of least size, one as large as the disk (its zeros known or not), or none',
      ['none', 'least', 'whole', 'whole, zeros known'],
      'none',
    ),
    root: { kind: 'size', about: 'the first partition, with the system', default: 64 * MiB, min: 8 * MiB },
    partition: { kind: 'size', about: 'the second, on which PostMark works', default: 640 * MiB, min: 64 * MiB },
    system: { kind: 'size', about: 'installed in a template of least size', default: 32 * MiB, min: MiB },
    isWarm: { kind: 'switch', about: 'whether each byte of the second partition was written once before', default: false },
  }),
  postmark: group('the load', {
    files: { kind: 'count', about: 'in the pool', default: 2000, min: 1, max: 10_000_000 },
    sizeLow: { kind: 'size', about: 'smallest file', default: 10 * KiB, min: 1 },
    sizeHigh: { kind: 'size', about: 'largest file; sizes are uniform', default: 50 * KiB, min: 1 },
    transactions: { kind: 'count', about: 'after the creation', default: 500, min: 1, max: 100_000_000 },
  }),
} as const;

const columnsOf = (prefix: string, phase: string): MetricColumn[] => [
  { name: `${prefix}S`, unit: 's', about: `Length of the ${phase}`, better: 'lower' },
  { name: `${prefix}PerS`, unit: '1/s', about: `Files created a second, or transactions, in the ${phase}`, better: 'higher' },
  { name: `${prefix}MBs`, unit: 'MB/s', about: `10^6 bytes that PostMark wrote and read a second, in the ${phase}`, better: 'higher' },
  { name: `${prefix}HostIos`, unit: '1', about: `Requests that the host's drive served, in the ${phase}`, better: 'lower' },
  { name: `${prefix}MetadataIos`, unit: '1', about: `I/Os for the image format's own tables, in the ${phase}`, better: 'lower' },
  {
    name: `${prefix}LockHeldShare`,
    unit: '1',
    about: `Share of the time for which I/O holds the hypervisor's lock, in the ${phase}`,
    better: 'lower',
  },
];

const cellsOf = (prefix: string, phase: PostmarkPhase): Row => ({
  [`${prefix}S`]: phase.timeS,
  [`${prefix}PerS`]: phase.rate,
  [`${prefix}MBs`]: phase.throughputMBs,
  [`${prefix}HostIos`]: phase.places.ios,
  [`${prefix}MetadataIos`]: phase.metadataIos,
  [`${prefix}LockHeldShare`]: phase.lockHeldShare,
});

function requestOf(testbed: TestBed, { format, machine, image }: SectionValues<typeof sections>, seed: number): PostmarkRequest {
  return {
    testbed,
    system: { format: machine.kind === 'host' ? null : format.name, options: format.options, template: image.template, files: image.files },
    home: image.home,
    device: machine.device,
    processors: machine.processors === 0 ? testbed.guest.processors.value : machine.processors,
    layout: { rootBytes: image.root, partitionBytes: image.partition, templateBytes: image.system },
    isWarm: image.isWarm,
    seed,
  };
}

export const postmark = studyKind({
  about: 'PostMark, in a virtual machine or on the host itself: a pool of files is created, then transactions follow',
  horizon: 'terminating',
  testbed: 'fvd',
  sections,
  columns: [...columnsOf('create', 'creation'), ...columnsOf('transactions', 'transactions'), fingerprintColumn],
  headline: ['createPerS', 'createHostIos', 'transactionsPerS', 'transactionsHostIos'],
  check(testbed, { format, machine, image, postmark: load }, refuse) {
    const { hasBacking } = formats.get(format.name, 'format');
    if (machine.kind === 'host' && format.name !== 'raw')
      refuse('format', `${format.name} on the host itself`, 'no format: there is no image');
    if (machine.kind === 'host' && image.template !== 'none')
      refuse('image.template', 'a template on the host itself', 'none: there is no image');
    if (image.template !== 'none' && !hasBacking) {
      const over = [...formats].flatMap(([name, model]) => (model.hasBacking ? [name] : []));
      refuse('image.template', `a template under ${format.name}`, `template: none, or a format that is laid over one (${over.join(', ')})`);
    }
    const diskBytes = image.root + image.partition;
    checkImage({ ...setupOf(testbed, format.name), options: format.options, diskBytes }, refuse);
    if (image.system > image.root) refuse('image.system', `${image.system} B`, `at most the ${image.root} B of its partition, image.root`);
    if (load.sizeLow > load.sizeHigh) refuse('postmark.sizeLow', `${load.sizeLow} B`, `at most postmark.sizeHigh, ${load.sizeHigh} B`);
    const bytes = load.files * ((load.sizeLow + load.sizeHigh) / 2);
    if (bytes > 0.9 * image.partition)
      refuse(
        'postmark.files',
        `files of ${Math.round(bytes / MiB)} MiB in all`,
        `at most 90 % of image.partition, ${Math.round(image.partition / MiB)} MiB`,
      );
  },
  run(testbed, values, { seed }) {
    const { create, transactions, fingerprint } = runPostmark(new PostmarkMachine(requestOf(testbed, values, seed)), values.postmark);
    return { metrics: { ...cellsOf('create', create), ...cellsOf('transactions', transactions!), fingerprint }, series: null };
  },
});
