/**
 * How much of the host's file system an image takes while its guest compiles a kernel and cleans up, round after round (section 4.1.5 of the FVD
 * paper). The guest writes back as it does in time; the image's own I/O takes none.
 */
import { BlockLayer, blockLayerDefaults } from '../../models/devices/block-layer.js';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { ext3 } from '../../models/filesystems/ext3/ext3.js';
import { FileGuest } from '../../models/guests/file-guest.js';
import { Processors } from '../../models/guests/processors.js';
import { Op } from '../../models/io/image-format.js';
import type { Plan } from '../../models/io/plan.js';
import { carryOut } from '../../models/io/untimed.js';
import { Kernel } from '../../sim/kernel.js';
import { defaults } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { GiB, millisecond, MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import { fileWorkloads } from '../../traces/files/index.js';
import type { TestBed } from '../testbeds/testbed.js';
import { mountLayout } from './guest-machine.js';
import { ImageOnFiles } from './image-on-files.js';
import { formattedParts } from './postmark-template.js';
import { UntimedImage } from './untimed-image.js';
import { makeDrive, makeFormat, setupOf } from './world.js';

export interface GrowthRequest {
  readonly testbed: TestBed;
  /** A name in the registry of image formats. */
  readonly format: string;
  /** Of the kernel's compilation. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

export interface Growth {
  readonly virtualBytes: Bytes;
  /** On the host's drive: before the guest wrote, with its partition formatted, with the source unpacked, and after each round. */
  readonly usedBytes: readonly Bytes[];
}

/** Where the guest's second partition begins. */
const partitionStart: Bytes = GiB;
const requestTime = millisecond;
const piece = MiB / 2;
/** Phases of the workload that end with something to note. */
const unpack = 0;
const clean = 2;

export function sparseGrowth({ testbed, format: name, options, seed }: GrowthRequest): Growth {
  const kernel = new Kernel();
  const setup = { ...setupOf(testbed, name), backingBytes: testbed.backingImage.value };
  const drive = makeDrive(kernel, setup);
  const bytes = drive.capacity * sectorBytes - setup.partitionStart;
  const onFiles = new ImageOnFiles(kernel, drive, testbed, { ...setup, fileSystem: 'ext3', bytes, seed });
  const empty = onFiles.usedBytes();
  const format = makeFormat(setup);
  onFiles.place(format, 'sparse');
  const keep = (plan: Plan): void => onFiles.apply(plan, format);
  carryOut(format, Op.CREATE, 0, 0, undefined, keep);
  carryOut(format, Op.OPEN, 0, 0, undefined, keep);
  const usedBytes = [onFiles.usedBytes() - empty];
  const note = (): void => void usedBytes.push(onFiles.usedBytes() - empty);

  const layout = ext3.make(defaults(ext3.options), setup.diskBytes - partitionStart, new RandomStream(seed, 'ext3/groups'));
  for (const part of formattedParts(layout, partitionStart)) {
    for (let at = part.offset; at < part.offset + part.bytes; at += piece)
      carryOut(format, Op.WRITE, at, Math.min(piece, part.offset + part.bytes - at), undefined, keep);
  }
  note();

  const { guest: parameters } = testbed;
  const image = new UntimedImage(kernel, format, requestTime, keep);
  const scheduler = schedulers.get(setup.scheduler, 'a guest').make();
  const device = new BlockLayer(kernel, image, { ...blockLayerDefaults, scheduler, depth: setup.slots });
  const machine = { kernel, device, cacheBytes: parameters.cache.value, slowdown: parameters.slowdown.value };
  const files = mountLayout(machine, layout, { kind: 'ext3', offset: partitionStart });
  const program = fileWorkloads.get('kernel-compile', 'a guest').open(options, seed, 'a guest');
  const guest = new FileGuest(kernel, files, program, new Processors(kernel, parameters.processors.value));
  guest.whenPhaseEnds(({ number }) => {
    if (number === unpack || number === clean) note();
  });
  kernel.run();
  files.checkConservation();
  return { virtualBytes: setup.diskBytes, usedBytes };
}
