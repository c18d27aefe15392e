/**
 * A virtual machine's image at a host, with the file systems in it and under it: what stays while the machine is off. It is made from a
 * template, at no cost, and knows no time; each start puts a host and a server around it.
 */
import { ext3 } from '../../models/filesystems/ext3/ext3.js';
import { unusedMetadata, type FileLayout } from '../../models/filesystems/file-layout.js';
import { RunList } from '../../models/filesystems/run-list.js';
import { placeImage } from '../../models/hosts/file-system-host.js';
import { Op, type ImageFormat } from '../../models/io/image-format.js';
import { Kind, type Plan } from '../../models/io/plan.js';
import { carryOut } from '../../models/io/untimed.js';
import { defaults } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import type { TestBed } from '../testbeds/testbed.js';
import { grow, makeTemplate, partitionStart } from './boot-template.js';
import { latencyBesideExits } from './guest-machine.js';
import { makeFormat, setupOf, type Setup } from './world.js';

/** What holds the image's own files at the host. */
export type Home = 'partition' | 'ext3';

export interface ImageRequest {
  readonly testbed: TestBed;
  /** A name in the registry of image formats; `raw` is a copy of the template, all others are overlays over it. */
  readonly format: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly home: Home;
  /** Bytes of all files of the system in the template. */
  readonly system: Bytes;
  /** Size of the partition that the system was installed in, and of the one that it has in the image. */
  readonly rootBytes: Bytes;
  readonly seed: number;
}

/** The directory of the images, and the first of their files: numbers in the host's file system. */
export const imageDirectory = 1;
export const firstImageFile = 2;

const piece = MiB;

export class BootImage {
  readonly setup: Setup;
  readonly format: ImageFormat;
  /** The guest's root file system; it begins at `partitionStart` of the disk. */
  readonly root: FileLayout;
  /** The host's file system; null where the files lie on partitions. */
  readonly hostLayout: FileLayout | null;
  readonly templateBytes: Bytes;
  /** Length of the image's first file when it is made: metadata, for an overlay. */
  readonly emptyBytes: Bytes;
  /** Written to the image's own files when the file system was grown. */
  bytesGrown: Bytes = 0;
  private readonly runs = new RunList();

  constructor(readonly request: ImageRequest) {
    const { testbed, format, options, system, rootBytes, seed, home } = request;
    const template = makeTemplate(system, rootBytes, seed);
    this.templateBytes = template.bytes;
    this.root = template.layout;
    const usual = setupOf(testbed, format);
    this.setup = {
      ...usual,
      options,
      diskBytes: Math.max(usual.diskBytes, partitionStart + rootBytes),
      backingBytes: format === 'raw' ? null : template.bytes,
      requestOverhead: latencyBesideExits(testbed),
      seed,
    };
    this.format = makeFormat(this.setup);
    this.hostLayout = home === 'partition' ? null : this.makeHostLayout(seed);
    this.do(Op.CREATE);
    this.emptyBytes = this.format.files[0]!.bytes;
    this.do(Op.OPEN);
    if (format === 'raw') for (let at = 0; at < template.bytes; at += piece) this.write(at, Math.min(piece, template.bytes - at));
    grow(template, rootBytes, (offset, bytes) => this.write(offset, bytes));
  }

  /** The hypervisor stops and starts again. Nothing may be under way in the image. */
  reopen(): void {
    this.do(Op.CLOSE);
    this.do(Op.OPEN);
  }

  private write(offset: Bytes, bytes: Bytes): void {
    this.bytesGrown += bytes;
    this.do(Op.WRITE, offset, bytes);
  }

  private do(op: Op, offset: Bytes = 0, bytes: Bytes = 0): void {
    carryOut(this.format, op, offset, bytes, undefined, (plan) => this.keep(plan));
  }

  /** The host's drive behind the start of the partition as an ext3 file system, with the image's files in it, which are empty. */
  private makeHostLayout(seed: number): FileLayout {
    const { testbed, partitionStart: start } = this.setup;
    const bytes = testbed.drive.parameters.capacity * sectorBytes - start;
    const layout = ext3.make(defaults(ext3.options), bytes, new RandomStream(seed, 'host/groups'));
    layout.makeDirectory(imageDirectory, 0, unusedMetadata);
    this.format.files.forEach((file, i) => {
      if (file.role !== 'backing') placeImage(layout, firstImageFile + i, imageDirectory, file.bytes, 'sparse');
    });
    return layout;
  }

  /** What a step of an operation writes finds its place in the host's file system. */
  private keep(plan: Plan): void {
    const { hostLayout, runs } = this;
    if (hostLayout === null) return;
    const { blockBytes } = hostLayout;
    for (let i = 0; i < plan.size; i++) {
      const file = firstImageFile + plan.file[i]!;
      if (plan.kind[i] === Kind.TRUNCATE) hostLayout.setSize(file, plan.offset[i]!, unusedMetadata);
      if (plan.kind[i] !== Kind.WRITE) continue;
      const first = Math.floor(plan.offset[i]! / blockBytes);
      const end = plan.offset[i]! + plan.bytes[i]!;
      runs.clear();
      hostLayout.allocate(file, first, Math.ceil(end / blockBytes) - first, runs, unusedMetadata);
      if (end > hostLayout.size(file)) hostLayout.setSize(file, end, unusedMetadata);
    }
  }
}
