/** A reference drive: its tables as DriveParameters. Names in drive.json are those of the DiskSim manual; times there are milliseconds. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../sim/errors.js';
import {
  type CommandOverheads,
  type DriveBuffer,
  type DriveLink,
  type DriveParameters,
  type DriveZone,
  type SeekPoint,
} from '../../../models/devices/hdd/parameters.js';
import { hasRoom, sectorsOf } from '../../../models/devices/hdd/spares.js';
import { millisecond, type Sectors } from '../../../sim/units.js';
import { isModelled, nothingUnused, unusedBy, type Unused } from './sparing.js';
import { readTable, type Table } from './tables.js';

/** Which part of a drive a reference run used. */
export const variants = ['clean', 'nocache', 'cache'] as const;
export type Variant = (typeof variants)[number];

const modelled: Readonly<Record<Variant, string>> = {
  clean: 'mechanics and controller',
  nocache: 'mechanics, controller, link, spare and slipped sectors; the spindle turns exactly, the reference drifts by rounding',
  cache: 'mechanics, controller, link, spare and slipped sectors, read segments with read-ahead, write cache',
};

/** What of a drive is modelled in a variant, and what is left out. */
export function modelNote(folder: string, variant: Variant): string {
  const { mechanics, controller, has } = readSections(folder);
  const notes = [modelled[variant]];
  if (variant !== 'clean') {
    const { leftOut } = readZones(folder, mechanics, variant);
    if (leftOut !== null) notes.push(`${leftOut}: its spares are left out`);
    const ignored = notModelled[variant].filter((name) => has(name) && controller(name) !== 0);
    if (ignored.length > 0) notes.push(`not modelled: ${ignored.map((name) => `${name} = ${controller(name)}`).join(', ')}`);
  }
  if (variant === 'cache' && controller('Fast write level') === 1) notes.push('fast writes of level 1 are taken as those of level 2');
  return notes.join('; ');
}

/** Parameters of drive.json that are 0 in most drives, and have no part in the model. */
const onLink = [
  'Data preparation overhead',
  'First reselect overhead',
  'Other reselect overhead',
  'Read disconnect afterread',
  'Read disconnect afterwrite',
  'Write disconnect overhead',
  'Minimum seek delay',
];
const notModelled = {
  nocache: onLink,
  cache: [...onLink, 'Minimum read-ahead (blks)', 'Immediate buffer read', 'Immediate buffer write'],
} as const;

/** Reads drive.json, zones.csv and seek.csv. @throws InputError at what is missing or cannot be modelled */
export function readDrive(folder: string, variant: Variant): DriveParameters {
  const { file, mechanics, controller } = readSections(folder);
  const mapping = mechanics('mapping');
  if (mapping !== 0 && mapping !== 1 && mapping !== 2) {
    throw new InputError(`${file}: mapping`, String(mapping), '0, 1 or 2 (other mappings are not modelled)');
  }
  const heads = atLeast(file, 'surfaces', mechanics('surfaces'), 1);
  if (!(mechanics('rpm') > 0)) throw new InputError(`${file}: rpm`, String(mechanics('rpm')), 'a number above 0');
  const { zones } = readZones(folder, mechanics, variant);
  return {
    name: path.basename(folder),
    heads,
    cylinders: atLeast(file, 'cylinders', mechanics('cylinders'), 1),
    rpm: mechanics('rpm'),
    mapping,
    capacity: capacityOf(zones, heads),
    zones,
    seek: readSeek(path.join(folder, 'seek.csv')),
    headSwitch: mechanics('head_switch_ms') * millisecond,
    writeSettle: mechanics('write_settle_ms') * millisecond,
    overheads: readOverheads(controller),
    link: variant === 'clean' ? noLink : readLink(controller),
    buffer: variant === 'cache' ? readBuffer(file, controller) : noBuffer,
  };
}

const capacityOf = (zones: readonly DriveZone[], heads: number): Sectors => zones.reduce((sum, zone) => sum + sectorsOf(zone, heads), 0);

/** Spares are a few hundredths of a drive: a table that says otherwise counts them in another way than its scheme does. */
const leastShare = 0.9;

interface Zones {
  readonly zones: DriveZone[];
  /** Why the zones stand there without their spares, where they should have some; else null. */
  readonly leftOut: string | null;
}

function readZones(folder: string, mechanics: (name: string) => number, variant: Variant): Zones {
  const table = readTable(path.join(folder, 'zones.csv'));
  const cylinders = mechanics('cylinders');
  const without = (leftOut: string | null): Zones => ({ zones: zonesWith(table, cylinders, () => nothingUnused), leftOut });
  if (variant === 'clean') return without(null);
  const scheme = mechanics('sparing');
  if (!isModelled(scheme)) return without(`sparing scheme ${scheme} is not modelled`);
  const zones = zonesWith(table, cylinders, readUnused(folder, table, mechanics));
  const heads = mechanics('surfaces');
  const least = leastShare * capacityOf(without(null).zones, heads);
  if (!zones.every(hasRoom) || capacityOf(zones, heads) < least)
    return without(`sparing scheme ${scheme} with these spares takes more than a tenth of the drive`);
  return { zones, leftOut: null };
}

function zonesWith(table: Table, cylinders: number, unused: (zone: number, sectorsPerTrack: number) => Unused): DriveZone[] {
  const [first, last] = [table.numbers('first_cyl'), table.numbers('last_cyl')];
  const [perTrack, offset] = [table.numbers('sectors_per_track'), table.numbers('first_block_offset')];
  const [trackSkew, cylinderSkew] = [table.numbers('track_skew_sectors'), table.numbers('cyl_skew_sectors')];
  return Array.from(first, (firstCylinder, i) => {
    const lastCylinder = last[i]!;
    const previousLast = i === 0 ? -1 : last[i - 1]!;
    if (!(firstCylinder > previousLast && lastCylinder >= firstCylinder && lastCylinder < cylinders)) {
      const expected = `cylinders behind ${previousLast} and below ${cylinders}`;
      throw new InputError(`${table.file}:${i + 2}`, `a zone of cylinders ${firstCylinder} to ${lastCylinder}`, expected);
    }
    return {
      firstCylinder,
      lastCylinder,
      sectorsPerTrack: atLeast(table.file, `sectors_per_track of zone ${i}`, perTrack[i]!, 1),
      trackSkew: trackSkew[i]!,
      cylinderSkew: cylinderSkew[i]!,
      firstSectorOffset: offset[i]!,
      ...unused(i, perTrack[i]!),
    };
  });
}

/** By zone: what of it holds no host data. */
function readUnused(folder: string, zones: Table, mechanics: (name: string) => number): (zone: number, sectorsPerTrack: number) => Unused {
  const scheme = mechanics('sparing');
  if (!isModelled(scheme)) return () => nothingUnused;
  const [front, spares] = [zones.numbers('empty_front'), zones.numbers('spare_sectors')];
  const slips = readTable(path.join(folder, 'slips.csv'));
  const [slipZone, slipSector] = [slips.numbers('zone'), slips.numbers('slipped_sector_in_zone')];
  const rangeSize = scheme === 8 ? atLeast(path.join(folder, 'drive.json'), 'rangesize', mechanics('rangesize'), 1) : 1;
  return (zone, sectorsPerTrack) =>
    unusedBy(scheme, {
      front: atLeast(zones.file, `empty_front of zone ${zone}`, front[zone]!, 0),
      spares: atLeast(zones.file, `spare_sectors of zone ${zone}`, spares[zone]!, 0),
      slippedSectors: Array.from(slipSector.filter((_, row) => slipZone[row] === zone)).sort((a, b) => a - b),
      sectorsPerTrack,
      heads: mechanics('surfaces'),
      rangeSize,
      slipsOfDrive: zone === zones.length - 1 ? slips.length : 0,
    });
}

/** A whole number. @throws InputError at another, or one below `least` */
function atLeast(file: string, name: string, value: number, least: number): number {
  if (!(Number.isInteger(value) && value >= least))
    throw new InputError(`${file}: ${name}`, String(value), `a whole number from ${least} on`);
  return value;
}

function readSeek(file: string): SeekPoint[] {
  const table = readTable(file);
  const [cylinders, time] = [table.numbers('distance_cyl'), table.numbers('seek_ms')];
  if (table.length < 2) throw new InputError(file, `${table.length} points`, 'two points of the seek curve or more');
  return Array.from(cylinders, (distance, i) => {
    if (distance <= (i === 0 ? -1 : cylinders[i - 1]!))
      throw new InputError(`${file}:${i + 2}`, `distance ${distance}`, 'ascending distances');
    return { cylinders: distance, time: time[i]! * millisecond };
  });
}

const noLink: DriveLink = { timePerSector: 0, readWatermark: 0 };

function readLink(controller: (name: string) => number): DriveLink {
  // The slower of the drive's own side of the link and the bus.
  const timePerSector = Math.max(controller('Bulk sector transfer time'), controller('SCSI bus block transfer ms (parv)')) * millisecond;
  return {
    timePerSector,
    readWatermark: controller('High (read) water mark'),
  };
}

const noBuffer: DriveBuffer = {
  segments: 0,
  segmentSectors: 0,
  readAhead: false,
  readAheadSectors: 0,
  writeCache: false,
  writesTakeSegments: false,
  writeCacheSectors: 0,
  destageSectors: 0,
};

function readBuffer(file: string, controller: (name: string) => number): DriveBuffer {
  if (controller('Enable caching in buffer') === 0) return noBuffer;
  const count = (name: string, least: number): number => atLeast(file, name, controller(name), least);
  const segmentSectors = count('Segment size (in blks)', 1);
  const continuous = controller('Buffer continuous read');
  return {
    segments: count('Number of buffer segments', 0),
    segmentSectors,
    readAhead: continuous > 0,
    // What is read ahead stands in one segment.
    readAheadSectors: Math.min(segmentSectors, count('Maximum read-ahead (blks)', 0)),
    readAheadWithin: continuous === 1 ? 'track' : continuous === 2 ? 'cylinder' : 'drive',
    writeCache: controller('Fast write level') > 0,
    writesTakeSegments: controller('Use separate write segment') === 0,
    writeCacheSectors: segmentSectors * count('Maximum number of write segments', 0),
    destageSectors: segmentSectors,
  };
}

function readOverheads(controller: (name: string) => number): CommandOverheads {
  const overhead = (name: string): number =>
    (controller('Per-request overhead time') + controller(name) * controller('Time scale for overheads')) * millisecond;
  return {
    readMissAfterRead: overhead('Read miss over. after read'),
    readMissAfterWrite: overhead('Read miss over. after write'),
    writeMissAfterRead: overhead('Write miss over. after read'),
    writeMissAfterWrite: overhead('Write miss over. after write'),
    readHitAfterRead: overhead('Read hit over. after read'),
    readHitAfterWrite: overhead('Read hit over. after write'),
    writeHitAfterRead: overhead('Write hit over. after read'),
    writeHitAfterWrite: overhead('Write hit over. after write'),
    readCompletion: controller('Read completion overhead') * millisecond,
    writeCompletion: controller('Write completion overhead') * millisecond,
  };
}

interface Sections {
  readonly file: string;
  readonly mechanics: (name: string) => number;
  readonly controller: (name: string) => number;
  /** Whether the controller has such a number. */
  readonly has: (name: string) => boolean;
}

function readSections(folder: string): Sections {
  const file = path.join(folder, 'drive.json');
  const json = readJson(file);
  const section = 'controller_ms_and_cache';
  const controller = numbersOf(json, section, file);
  const has = (name: string): boolean => Object.hasOwn(json[section] as object, name);
  return { file, mechanics: numbersOf(json, 'mechanics', file), controller, has };
}

function readJson(file: string): Record<string, unknown> {
  if (!existsSync(file)) throw new InputError(file, 'no such file', 'the tables of a drive');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new InputError(file, error instanceof Error ? error.message : String(error), 'JSON');
  }
}

/** Reads the numbers of one section by name. */
function numbersOf(json: Record<string, unknown>, section: string, file: string): (name: string) => number {
  const values = json[section];
  if (typeof values !== 'object' || values === null) throw new InputError(file, `no section ${section}`, 'a section of numbers');
  return (name) => {
    const value = (values as Record<string, unknown>)[name];
    if (typeof value !== 'number') throw new InputError(`${file}: ${section}`, `${JSON.stringify(value)} as "${name}"`, 'a number');
    return value;
  };
}
