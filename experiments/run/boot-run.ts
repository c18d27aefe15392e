/** Starts of a virtual machine one after another, each from power on until what it starts is up; what was asked of the server meanwhile is counted at the host's port. */
import type { MountedFileSystem } from '../../models/filesystems/mounted/mounted-file-system.js';
import { FileGuest } from '../../models/guests/file-guest.js';
import { HostIo, type Device } from '../../models/io/host-io.js';
import { InputError } from '../../sim/errors.js';
import { Kernel } from '../../sim/kernel.js';
import { spawn } from '../../sim/process.js';
import { millisecond, MiB, second, sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { FileOp, type FileOperation, type FileProgram } from '../../traces/files/file-operation.js';
import { GeneratedProgram, type Steps } from '../../traces/files/file-workload.js';
import { fileWorkloads } from '../../traces/files/index.js';
import type { BootImage } from './boot-image.js';
import { BootMachine } from './boot-machine.js';
import { eachSecond } from './boot-traffic.js';
import { makeNas } from './nas.js';
import { makeServerDrive } from './world.js';

/** Whether the server has the template in its memory when the machine starts. */
export type ServerMemory = 'cold' | 'warm';

/** @throws InputError at another word */
export function serverMemory(word: string): ServerMemory {
  if (word === 'cold' || word === 'warm') return word;
  throw new InputError("a server's memory", `"${word}"`, 'cold or warm');
}

export interface Start {
  /** Length of each phase of the program, by number. */
  readonly phases: readonly Nanoseconds[];
  readonly guestBytesRead: Bytes;
  /** On the wire to the host until the program ended. */
  readonly serverBytes: Bytes;
  /** The same in each second since the start, until the program ended. */
  readonly serverBytesBySecond: readonly Bytes[];
  /** Reads and writes of the host's drive for the image. */
  readonly hostReads: number;
  readonly hostWrites: number;
  /** Blocks that reads saved in the image, until it was off. */
  readonly savedBytes: Bytes;
  readonly meanRequestMs: number;
  readonly fingerprint: string;
}

/** From the end of the program until power is off: what is in memory is written, saves in the background come to their end. */
const shutdown: Nanoseconds = 60 * second;
/** The host's port on the network; the server has 0. */
const hostPort = 1;

/**
 * @param workload a program on files by name, with its options
 * @throws Error where the program does not end
 */
export function start(image: BootImage, workload: string, options: Readonly<Record<string, unknown>>, memory: ServerMemory): Start {
  const kernel = new Kernel();
  const { setup, templateBytes, request } = image;
  const nas = setup.backingBytes === null ? null : makeNas(kernel, setup.testbed, makeServerDrive(kernel, setup), [templateBytes], 1);
  const template = nas === null ? null : nas.device(0, 0);
  if (template !== null && memory === 'warm') readAll(kernel, template);
  const fromServer = (): Bytes => nas?.network.receivedBytes(hostPort) ?? 0;
  const [serverBefore, savedBefore] = [fromServer(), saved(image)];
  const serverBytesBySecond: Bytes[] = [];
  spawn(kernel, eachSecond(fromServer, serverBytesBySecond));
  const powered = new BootMachine(kernel, image, template);
  const { machine, files, disk } = powered;
  const program = fileWorkloads.get(workload, 'a start').open(options, request.seed, 'a start');
  const guest = runToEnd(kernel, new FileGuest(kernel, files, new Restarted(program, files), machine.processors));
  const untilUp = {
    phases: guest.phases.map(({ time }) => time),
    guestBytesRead: guest.phases.reduce((sum, phase) => sum + phase.bytesRead, 0),
    serverBytes: fromServer() - serverBefore,
    serverBytesBySecond: [...serverBytesBySecond],
    hostReads: disk.traffic.reads,
    hostWrites: disk.traffic.writes,
    meanRequestMs: disk.latency.histogram.mean / millisecond,
    fingerprint: disk.fingerprint.toString(),
  };
  runToEnd(kernel, new FileGuest(kernel, files, syncAll(), machine.processors));
  kernel.run(kernel.now + shutdown);
  if (disk.inFlight > 0) throw new Error('requests are in flight when the machine is off');
  powered.checkConservation();
  const savedBytes = saved(image) - savedBefore;
  image.reopen();
  return { ...untilUp, savedBytes };
}

function runToEnd(kernel: Kernel, guest: FileGuest): FileGuest {
  kernel.run();
  if (!guest.isDone) throw new Error('a program did not come to its end');
  return guest;
}

const saved = ({ format }: BootImage): Bytes => format.counters()['bytes copied in the background'] ?? 0;

/** Another host has read the whole template. */
function readAll(kernel: Kernel, template: Device): void {
  const io = new HostIo({
    ioDone: () => {
      io.sector += io.sectors;
      io.sectors = Math.min(io.sectors, template.capacity - io.sector);
      if (io.sectors > 0) template.submit(io);
    },
  });
  io.sectors = MiB / sectorBytes;
  template.submit(io);
  kernel.run();
}

const syncAll = (): FileProgram =>
  new GeneratedProgram(function* (next): Steps {
    next.sync();
    yield;
  });

/** A program that may find the files that it made when it ran before: it opens them then. */
class Restarted implements FileProgram {
  constructor(
    private readonly program: FileProgram,
    private readonly files: MountedFileSystem,
  ) {}

  next(into: FileOperation): boolean {
    const goesOn = this.program.next(into);
    if (goesOn && into.op === FileOp.CREATE && this.files.has(into.file)) into.op = FileOp.OPEN;
    return goesOn;
  }
}
