/**
 * The image template under a copy-on-write image, at the server: of its least size, or as large as the whole disk, its second partition formatted
 * already. A whole one is a sparse file on the server's ext3, as section 3.3.3 of the FVD paper describes it: what was never written is a hole.
 */
import { ext3 } from '../../models/filesystems/ext3/ext3.js';
import { unusedMetadata, type FileLayout } from '../../models/filesystems/file-layout.js';
import { RunList } from '../../models/filesystems/run-list.js';
import { placeImage } from '../../models/hosts/file-system-host.js';
import { RawPartitions } from '../../models/hosts/raw-partition.js';
import type { Host } from '../../models/io/host-io.js';
import type { Kernel } from '../../sim/kernel.js';
import { defaults } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { sectorBytes, type Bytes } from '../../sim/units.js';
import { hostOn, mountLayout } from './guest-machine.js';
import { exportOver, makeNas } from './nas.js';
import { makeServerDrive, type Setup } from './world.js';

/** What a formatting tool wrote to the guest's partition. */
export interface FormattedPart {
  /** On the guest's disk. */
  readonly offset: Bytes;
  readonly bytes: Bytes;
  readonly isZeros: boolean;
}

/** The writes of the tool that formats a partition, in its order. @param start of the partition on the disk */
export function formattedParts(layout: FileLayout, start: Bytes): FormattedPart[] {
  const parts: FormattedPart[] = [];
  const runs = new RunList();
  layout.mapJournal(0, 1, runs);
  const journalStart = runs.block[0]!;
  const { blockBytes } = layout;
  layout.format((first, blocks, isZeros) => {
    // The first block of a journal describes it.
    const described = isZeros && first === journalStart ? 1 : 0;
    if (described > 0) parts.push({ offset: start + first * blockBytes, bytes: blockBytes, isZeros: false });
    const rest = blocks - described;
    if (rest > 0) parts.push({ offset: start + (first + described) * blockBytes, bytes: rest * blockBytes, isZeros });
  });
  return parts;
}

/** What zeros are told by: a block of any file system here, or a piece of one. */
const unit: Bytes = 4096;
/** Number of the template on the server. */
const templateFile = 1;

/** Which parts of a whole template hold only zeros: all but the installed system, and what the formatting tool wrote that is not zeros. */
export class ZeroMap {
  private readonly holdsData: Uint8Array;

  constructor(diskBytes: Bytes, systemBytes: Bytes, parts: readonly FormattedPart[]) {
    this.holdsData = new Uint8Array(Math.ceil(diskBytes / unit));
    this.mark(0, systemBytes);
    for (const { offset, bytes, isZeros } of parts) if (!isZeros) this.mark(offset, bytes);
  }

  isZero(offset: Bytes, bytes: Bytes): boolean {
    return !this.holdsData.subarray(Math.floor(offset / unit), Math.ceil((offset + bytes) / unit)).includes(1);
  }

  private mark(offset: Bytes, bytes: Bytes): void {
    this.holdsData.fill(1, Math.floor(offset / unit), Math.ceil((offset + bytes) / unit));
  }
}

/** Serves a template of its least size as file `file` of the image. */
export function leastTemplate(kernel: Kernel, setup: Setup, file: number): Host {
  const bytes = setup.backingBytes!;
  const device = makeNas(kernel, setup.testbed, makeServerDrive(kernel, setup), [bytes], 1).device(0, 0);
  const partition = { device, firstSector: 0, sectors: device.capacity };
  return new RawPartitions(kernel, new Array<typeof partition>(file + 1).fill(partition));
}

/** The same of a whole one. */
export function wholeTemplate(kernel: Kernel, setup: Setup, file: number, parts: readonly FormattedPart[], systemBytes: Bytes): Host {
  const { testbed } = setup;
  const server = hostOn(kernel, makeServerDrive(kernel, setup), testbed, 1);
  const layout = ext3.make(defaults(ext3.options), server.device.capacity * sectorBytes, new RandomStream(1, 'server/groups'));
  placeImage(layout, templateFile, 0, setup.backingBytes!, 'sparse');
  const runs = new RunList();
  for (const { offset, bytes } of [{ offset: 0, bytes: systemBytes }, ...parts]) {
    const first = Math.floor(offset / layout.blockBytes);
    runs.clear();
    layout.allocate(templateFile, first, Math.ceil((offset + bytes) / layout.blockBytes) - first, runs, unusedMetadata);
  }
  const settings = { cacheBytes: testbed.nfs.cache.value };
  const files = mountLayout(server, layout, { kind: 'ext3', offset: 0, settings });
  const fileOf = new Array<number>(file + 1).fill(templateFile);
  return exportOver(kernel, testbed, files, 1, fileOf).clients[0]!;
}
