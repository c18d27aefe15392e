/** The files of an image on the host's own file system, with the block layer and the drive below it. */
import { BlockLayer, blockLayerDefaults } from '../../models/devices/block-layer.js';
import { PartitionDevice } from '../../models/devices/partition.js';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { fileSystems } from '../../models/filesystems/index.js';
import { unusedMetadata, type FileLayout, type FileNumber, type MetadataUse } from '../../models/filesystems/file-layout.js';
import { MountedFileSystem } from '../../models/filesystems/mounted/mounted-file-system.js';
import { ext3Mount, extentsMount } from '../../models/filesystems/mounted/settings.js';
import { RunList } from '../../models/filesystems/run-list.js';
import { FileSystemHost, placeImage } from '../../models/hosts/file-system-host.js';
import type { Device } from '../../models/io/host-io.js';
import type { CacheMode, ImageFormat } from '../../models/io/image-format.js';
import { Kind, type FileId, type Plan } from '../../models/io/plan.js';
import type { Kernel } from '../../sim/kernel.js';
import { defaults } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { MiB, microsecond, sectorBytes, type Bytes } from '../../sim/units.js';
import type { TestBed } from '../testbeds/testbed.js';

/** Number of the image's first file; the others follow. */
const firstFile = 1;
const rootDirectory = 0;
const refusalTime = microsecond;

export interface ImageStorage {
  /** A name in the registry of file systems. */
  readonly fileSystem: string;
  /** Bytes of its partition, from the test-bed's place on the drive on. */
  readonly bytes: Bytes;
  readonly scheduler: string;
  readonly queueDepth: number;
  readonly cache: CacheMode;
  readonly partitionStart: Bytes;
  readonly seed: number | string;
}

export class ImageOnFiles {
  readonly layout: FileLayout;
  readonly mounted: MountedFileSystem;
  readonly blocks: BlockLayer;
  readonly host: FileSystemHost;
  private readonly runs = new RunList();

  /** @param drive serves one after another what the block layer hands it */
  constructor(
    private readonly kernel: Kernel,
    drive: Device,
    testbed: TestBed,
    storage: ImageStorage,
  ) {
    const { fileSystem, bytes, scheduler, queueDepth, cache, partitionStart, seed } = storage;
    const model = fileSystems.get(fileSystem, 'storage');
    this.layout = model.make(defaults(model.options), bytes, new RandomStream(seed, `host ${fileSystem}/groups`));
    this.blocks = new BlockLayer(kernel, drive, {
      ...blockLayerDefaults,
      scheduler: schedulers.get(scheduler, 'storage').make(),
      depth: queueDepth,
    });
    const partition = new PartitionDevice(this.blocks, partitionStart / sectorBytes, Math.floor(bytes / sectorBytes));
    const settings = { ...(fileSystem === 'ext3' ? ext3Mount : extentsMount), cacheBytes: testbed.hostCache.value };
    this.mounted = new MountedFileSystem(kernel, partition, this.layout, settings);
    this.host = this.opened(cache);
  }

  /** The number that a file of the image has in the file system. */
  fileOf(file: FileId): FileNumber {
    return firstFile + file;
  }

  /** The same files as a process has them that opens them in another cache mode. */
  opened(cache: CacheMode): FileSystemHost {
    return new FileSystemHost(this.kernel, this.mounted, { directory: rootDirectory, firstFile, cache, refusalTime });
  }

  /** Makes the image's files that are not there yet, without time: as large as they are now, and sparse, or with all their blocks. */
  place({ files }: ImageFormat, kind: 'sparse' | 'preallocated'): void {
    files.forEach(({ role, bytes }, file) => {
      if (role === 'backing' || this.layout.has(firstFile + file)) return;
      placeImage(this.layout, firstFile + file, rootDirectory, bytes, kind);
    });
  }

  /**
   * Gives blocks to all that a plan writes, without time.
   * @param use told of the metadata that this takes
   */
  apply(plan: Plan, { files }: ImageFormat, use: MetadataUse = unusedMetadata): void {
    for (let i = 0; i < plan.size; i++) {
      const file = plan.file[i]!;
      if (files[file]!.role === 'backing') continue;
      const kind = plan.kind[i] as Kind;
      if (kind === Kind.TRUNCATE) {
        this.require(firstFile + file, use);
        this.layout.setSize(firstFile + file, plan.offset[i]!, use);
      } else if (kind === Kind.WRITE || kind === Kind.ALLOCATE || kind === Kind.ZERO)
        this.allocate(firstFile + file, plan.offset[i]!, plan.bytes[i]!, use);
    }
  }

  /** Bytes that files have on the drive, the file system's own blocks for them included. */
  usedBytes(): Bytes {
    return (this.layout.blocks - this.layout.freeBlocks()) * this.layout.blockBytes;
  }

  private require(file: FileNumber, use: MetadataUse): void {
    if (!this.layout.has(file)) this.layout.create(file, rootDirectory, use);
  }

  private allocate(file: number, offset: Bytes, bytes: Bytes, use: MetadataUse): void {
    const { layout, runs } = this;
    this.require(file, use);
    const { blockBytes } = layout;
    const end = offset + bytes;
    for (let at = Math.floor(offset / blockBytes) * blockBytes; at < end; at += MiB) {
      runs.clear();
      const blocks = Math.ceil((Math.min(at + MiB, end) - at) / blockBytes);
      layout.allocate(file, at / blockBytes, blocks, runs, use);
    }
    if (end > layout.size(file)) layout.setSize(file, end, use);
  }
}
