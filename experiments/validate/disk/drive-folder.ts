/** A reference drive: its tables as DriveParameters. Names in drive.json are those of the DiskSim manual; times there are milliseconds. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../sim/errors.js';
import {
  sectorsOf,
  type CommandOverheads,
  type DriveBuffer,
  type DriveLink,
  type DriveParameters,
  type DriveZone,
  type SeekPoint,
} from '../../../models/devices/hdd/parameters.js';
import { millisecond } from '../../../sim/units.js';
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
  const { mechanics } = readSections(folder);
  const isSparingLeftOut = variant !== 'clean' && !sparingSchemes.has(mechanics('sparing'));
  return modelled[variant] + (isSparingLeftOut ? `; sparing scheme ${mechanics('sparing')} is not modelled: its spares are left out` : '');
}

/** Reads drive.json, zones.csv and seek.csv. @throws InputError at what is missing or cannot be modelled */
export function readDrive(folder: string, variant: Variant): DriveParameters {
  const { file, mechanics, controller } = readSections(folder);
  const mapping = mechanics('mapping');
  if (mapping !== 0 && mapping !== 1) throw new InputError(`${file}: mapping`, String(mapping), '0 or 1 (other mappings are not modelled)');
  const heads = mechanics('surfaces');
  const zones = readZones(folder, mechanics, variant);
  return {
    name: path.basename(folder),
    heads,
    cylinders: mechanics('cylinders'),
    rpm: mechanics('rpm'),
    mapping,
    capacity: zones.reduce((sum, zone) => sum + sectorsOf(zone, heads), 0),
    zones,
    seek: readSeek(path.join(folder, 'seek.csv')),
    headSwitch: mechanics('head_switch_ms') * millisecond,
    writeSettle: mechanics('write_settle_ms') * millisecond,
    overheads: readOverheads(controller),
    link: variant === 'clean' ? noLink : readLink(controller),
    buffer: variant === 'cache' ? readBuffer(controller) : noBuffer,
  };
}

function readZones(folder: string, mechanics: (name: string) => number, variant: Variant): DriveZone[] {
  const file = path.join(folder, 'zones.csv');
  const cylinders = mechanics('cylinders');
  const table = readTable(file);
  const unused = variant === 'clean' ? () => nothingUnused : readUnused(folder, table, mechanics('sparing'));
  const [first, last] = [table.numbers('first_cyl'), table.numbers('last_cyl')];
  const [perTrack, offset] = [table.numbers('sectors_per_track'), table.numbers('first_block_offset')];
  const [trackSkew, cylinderSkew] = [table.numbers('track_skew_sectors'), table.numbers('cyl_skew_sectors')];
  return Array.from(first, (firstCylinder, i) => {
    const lastCylinder = last[i]!;
    const previousLast = i === 0 ? -1 : last[i - 1]!;
    if (!(firstCylinder > previousLast && lastCylinder >= firstCylinder && lastCylinder < cylinders)) {
      const expected = `cylinders behind ${previousLast} and below ${cylinders}`;
      throw new InputError(`${file}:${i + 2}`, `a zone of cylinders ${firstCylinder} to ${lastCylinder}`, expected);
    }
    return {
      firstCylinder,
      lastCylinder,
      sectorsPerTrack: perTrack[i]!,
      trackSkew: trackSkew[i]!,
      cylinderSkew: cylinderSkew[i]!,
      firstSectorOffset: offset[i]!,
      ...unused(i, perTrack[i]!),
    };
  });
}

type Unused = Pick<DriveZone, 'reservedSectors' | 'spareSectors' | 'slippedSectors'>;
const nothingUnused: Unused = { reservedSectors: 0, spareSectors: 0, slippedSectors: [] };
/** Sparing schemes by their number in drive.json. */
const noSparing = 0;
const trackSparing = 1;
const zoneSlipping = 9;
const sparingSchemes: ReadonlySet<number> = new Set([noSparing, trackSparing, zoneSlipping]);

/** By zone: what of it holds no host data. Spares are counted in tracks or in sectors, by the scheme. */
function readUnused(folder: string, zones: Table, sparing: number): (zone: number, sectorsPerTrack: number) => Unused {
  if (!sparingSchemes.has(sparing)) return () => nothingUnused;
  const [front, spares] = [zones.numbers('empty_front'), zones.numbers('spare_sectors')];
  const slips = readTable(path.join(folder, 'slips.csv'));
  const [slipZone, slipSector] = [slips.numbers('zone'), slips.numbers('slipped_sector_in_zone')];
  return (zone, sectorsPerTrack) => {
    const slippedSectors = Array.from(slipSector.filter((_, row) => slipZone[row] === zone)).sort((a, b) => a - b);
    // Spares are tracks, or sectors of which each slipped one has used up one.
    const spareSectors = sparing === trackSparing ? spares[zone]! * sectorsPerTrack : Math.max(0, spares[zone]! - slippedSectors.length);
    return { reservedSectors: front[zone]!, spareSectors, slippedSectors };
  };
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

function readBuffer(controller: (name: string) => number): DriveBuffer {
  if (controller('Enable caching in buffer') === 0) return noBuffer;
  const segmentSectors = controller('Segment size (in blks)');
  return {
    segments: controller('Number of buffer segments'),
    segmentSectors,
    readAhead: controller('Buffer continuous read') > 0,
    readAheadSectors: controller('Maximum read-ahead (blks)'),
    writeCache: controller('Fast write level') > 0,
    writesTakeSegments: controller('Use separate write segment') === 0,
    writeCacheSectors: segmentSectors * controller('Maximum number of write segments'),
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
}

function readSections(folder: string): Sections {
  const file = path.join(folder, 'drive.json');
  const json = readJson(file);
  return { file, mechanics: numbersOf(json, 'mechanics', file), controller: numbersOf(json, 'controller_ms_and_cache', file) };
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
