/** Machines created at the same time on as many hosts, from one template on a server: all of it is copied before each boots, or what it needs comes while it runs. */
import { PartitionDevice } from '../../models/devices/partition.js';
import { FileGuest } from '../../models/guests/file-guest.js';
import { ChunkSet } from '../../models/provisioning/chunk-set.js';
import { ImageCopy } from '../../models/provisioning/image-copy.js';
import { Arrival, createByCopy, createOnDemand } from '../../models/provisioning/scenarios.js';
import { Kernel } from '../../sim/kernel.js';
import { spawn, type Scenario } from '../../sim/process.js';
import { MiB, second, sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { fileWorkloads } from '../../traces/files/index.js';
import { BootImage, type ImageRequest } from './boot-image.js';
import { BootMachine } from './boot-machine.js';
import { eachSecond } from './boot-traffic.js';
import { makeNas, type Nas } from './nas.js';
import { makeServerDrive } from './world.js';

const chunk = MiB;
/** Pieces of a whole copy that are under way at once: assumed, as a copying program that reads while it writes. */
const copyDepth = 2;
/** Files on the server. */
const templateFile = 0;
const metadataFile = 1;

/** One machine of a fleet. */
export interface Created {
  /** When it can begin to boot. */
  readonly arrival: Arrival;
  /** When its boot ended. */
  upAt: Nanoseconds;
  /** On the wire from the server to its host, by second. */
  readonly bytesBySecond: Bytes[];
}

/**
 * @param request the image of each; `raw` is a copy of the whole template
 * @param boot options of the boot that follows
 * @throws Error where a machine has not booted by `until`
 */
export function createFleet(count: number, request: ImageRequest, boot: Readonly<Record<string, unknown>>, until: Nanoseconds): Created[] {
  const kernel = new Kernel();
  const images = Array.from({ length: count }, () => new BootImage(request));
  const { setup, templateBytes, emptyBytes } = images[0]!;
  const metadataBytes = Math.ceil(emptyBytes / sectorBytes) * sectorBytes;
  const files = request.format === 'raw' ? [templateBytes] : [templateBytes, metadataBytes];
  const nas = makeNas(kernel, request.testbed, makeServerDrive(kernel, setup), files, count);
  const fleet = images.map((image, host): Created => {
    const created: Created = { arrival: new Arrival(), upAt: Infinity, bytesBySecond: [] };
    spawn(kernel, createAndBoot(kernel, nas, host, image, boot, created));
    spawn(
      kernel,
      eachSecond(() => nas.network.receivedBytes(host + 1), created.bytesBySecond),
    );
    return created;
  });
  kernel.run(until);
  if (fleet.some(({ upAt }) => upAt === Infinity)) throw new Error(`a machine has not booted after ${until / second} s`);
  return fleet;
}

function* createAndBoot(
  kernel: Kernel,
  nas: Nas,
  host: number,
  image: BootImage,
  boot: Readonly<Record<string, unknown>>,
  created: Created,
): Scenario {
  const { request, setup } = image;
  const source = nas.device(host, templateFile);
  const machine = new BootMachine(kernel, image, source);
  const first = setup.partitionStart / sectorBytes;
  const target = new PartitionDevice(machine.drive, first, machine.drive.capacity - first);
  const whole = new ChunkSet(image.templateBytes, chunk);
  if (request.format === 'raw') {
    const copy = new ImageCopy(kernel, { source, target, depth: copyDepth, governor: null });
    yield* createByCopy(kernel, copy, whole, created.arrival);
  } else {
    const metadata = nas.device(host, metadataFile);
    const copy = new ImageCopy(kernel, { source: metadata, target, depth: 1, governor: null });
    const set = new ChunkSet(metadata.capacity * sectorBytes, chunk);
    yield* createOnDemand(kernel, { copy, set }, null, whole, created.arrival);
  }
  const program = fileWorkloads.get('linux-boot', 'a fleet').open(boot, request.seed, 'a fleet');
  new FileGuest(kernel, machine.files, program, machine.machine.processors, () => (created.upAt = kernel.now));
}
