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
import { checkDisk } from './conservation.js';
import { makeNas, type Nas } from './nas.js';
import { makeServerDrive } from './world.js';

const chunk = MiB;
/** Pieces of a whole copy that are under way at once: assumed, as a copying program that reads while it writes. */
const copyDepth = 2;
const longest: Nanoseconds = 86_400 * second;
/** Files on the server. */
const templateFile = 0;
const metadataFile = 1;

/** One machine of a fleet. */
export interface Created {
  /** When it can begin to boot. */
  readonly arrival: Arrival;
  /** When its boot ended. */
  upAt: Nanoseconds;
  /** On the wire from the server to its host: until now, and by second. */
  readonly bytes: () => Bytes;
  readonly bytesBySecond: Bytes[];
}

export interface FleetRequest {
  readonly machines: number;
  /** Of each; `raw` is a copy of the whole template. */
  readonly image: ImageRequest;
  /** A program on files by name, with its options: what starts in each machine. */
  readonly program: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Until the last machine has started if not given. */
  readonly until?: Nanoseconds;
}

/** @throws Error where a machine has not started by `until`, or within a day */
export function createFleet(request: FleetRequest): Created[] {
  const { machines, image, until } = request;
  const kernel = new Kernel();
  const images = Array.from({ length: machines }, () => new BootImage(image));
  const { setup, templateBytes, emptyBytes } = images[0]!;
  const metadataBytes = Math.ceil(emptyBytes / sectorBytes) * sectorBytes;
  const files = image.format === 'raw' ? [templateBytes] : [templateBytes, metadataBytes];
  const nas = makeNas(kernel, image.testbed, makeServerDrive(kernel, setup), files, machines);
  const made: BootMachine[] = [];
  let toStart = machines;
  const started = (): void => {
    toStart -= 1;
    if (toStart === 0 && until === undefined) kernel.stop();
  };
  const fleet = images.map((ofHost, host): Created => {
    const bytes = (): Bytes => nas.network.receivedBytes(host + 1);
    const created: Created = { arrival: new Arrival(), upAt: Infinity, bytes, bytesBySecond: [] };
    spawn(kernel, createAndBoot({ kernel, nas, host, image: ofHost, request, created, made, started }));
    spawn(kernel, eachSecond(bytes, created.bytesBySecond));
    return created;
  });
  const last = until ?? longest;
  kernel.run(last);
  if (toStart > 0) throw new Error(`${toStart} of ${machines} machines have not started after ${last / second} s`);
  for (const machine of made) checkMachine(kernel, machine);
  return fleet;
}

/** The drive also takes what was copied to it: it is held by its own account. */
function checkMachine(kernel: Kernel, { files, disk, drive }: BootMachine): void {
  files.checkConservation();
  checkDisk(kernel, disk);
  drive.checkConservation();
}

interface Creation {
  readonly kernel: Kernel;
  readonly nas: Nas;
  readonly host: number;
  readonly image: BootImage;
  readonly request: FleetRequest;
  readonly created: Created;
  /** Takes the machine up. */
  readonly made: BootMachine[];
  readonly started: () => void;
}

function* createAndBoot({ kernel, nas, host, image, request, created, made, started }: Creation): Scenario {
  const { setup } = image;
  const source = nas.device(host, templateFile);
  const machine = new BootMachine(kernel, image, source);
  made.push(machine);
  const first = setup.partitionStart / sectorBytes;
  const target = new PartitionDevice(machine.drive, first, machine.drive.capacity - first);
  const whole = new ChunkSet(image.templateBytes, chunk);
  if (request.image.format === 'raw') {
    const copy = new ImageCopy(kernel, { source, target, depth: copyDepth, governor: null });
    yield* createByCopy(kernel, copy, whole, created.arrival);
  } else {
    const metadata = nas.device(host, metadataFile);
    const copy = new ImageCopy(kernel, { source: metadata, target, depth: 1, governor: null });
    const set = new ChunkSet(metadata.capacity * sectorBytes, chunk);
    yield* createOnDemand(kernel, { copy, set }, null, whole, created.arrival);
  }
  const program = fileWorkloads.get(request.program, 'a fleet').open(request.options, request.image.seed, 'a fleet');
  new FileGuest(kernel, machine.files, program, machine.machine.processors, () => {
    created.upAt = kernel.now;
    started();
  });
}
