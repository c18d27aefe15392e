/** A disk of a test-bed: documented numbers, and the disk that follows from them by the rules of `scaledDrive`. */
import type { DriveParameters } from '../../../models/devices/hdd/parameters.js';
import { scaledDrive, sectorsPerTrackAt } from '../../../models/devices/hdd/scaled-drive.js';
import type { Parameter } from '../testbed.js';
import { overridden, type Overrides } from './overridden.js';

/** What is documented of a drive. Times are milliseconds, rates 10^6 bytes a second, as data sheets have them. */
export interface DiskNumbers {
  readonly capacitySectors: Parameter<number>;
  readonly heads: Parameter<number>;
  readonly rpm: Parameter<number>;
  readonly zones: Parameter<number>;
  /** Of the media, in the outermost and the innermost zone, track switches left aside. */
  readonly outerRateMBs: Parameter<number>;
  readonly innerRateMBs: Parameter<number>;
  readonly seekTrackToTrackMs: Parameter<number>;
  readonly seekAverageReadMs: Parameter<number>;
  readonly seekAverageWriteMs: Parameter<number>;
  readonly seekFullStrokeReadMs: Parameter<number>;
  readonly headSwitchMs: Parameter<number>;
  readonly controllerOverheadMs: Parameter<number>;
  readonly linkRateMBs: Parameter<number>;
  readonly bufferMB: Parameter<number>;
  readonly segments: Parameter<number>;
  readonly readAhead: Parameter<boolean>;
  readonly writesTakeSegments: Parameter<boolean>;
  readonly writeCache: Parameter<boolean>;
}

export interface DiskFile {
  readonly kind: 'disk';
  readonly name: string;
  readonly about: string;
  readonly numbers: DiskNumbers;
  /** The whole drive, with its own default of the write cache. */
  readonly parameters: DriveParameters;
}

/** Makes a disk's file. `overrides` replace documented values, for sweeps over their ranges. */
export function diskFile(name: string, about: string, numbers: DiskNumbers, overrides: Overrides = {}): DiskFile {
  const replaced = overridden(numbers, overrides);
  return { kind: 'disk', name, about, numbers: replaced, parameters: parametersOf(name, replaced) };
}

function parametersOf(name: string, n: DiskNumbers): DriveParameters {
  const bufferSectors = Math.floor((n.bufferMB.value * 1e6) / 512);
  const segmentSectors = Math.floor(bufferSectors / n.segments.value);
  return scaledDrive({
    name,
    capacity: n.capacitySectors.value,
    heads: n.heads.value,
    rpm: n.rpm.value,
    zones: n.zones.value,
    outerSectorsPerTrack: sectorsPerTrackAt(n.outerRateMBs.value * 1e6, n.rpm.value),
    innerSectorsPerTrack: sectorsPerTrackAt(n.innerRateMBs.value * 1e6, n.rpm.value),
    seekTrackToTrack: n.seekTrackToTrackMs.value * 1e6,
    seekAverage: n.seekAverageReadMs.value * 1e6,
    seekFullStroke: n.seekFullStrokeReadMs.value * 1e6,
    // The ranges of the two may overlap: no write seeks faster than a read.
    writeSettle: Math.max(0, n.seekAverageWriteMs.value - n.seekAverageReadMs.value) * 1e6,
    headSwitch: n.headSwitchMs.value * 1e6,
    commandOverhead: n.controllerOverheadMs.value * 1e6,
    linkRate: n.linkRateMBs.value * 1e6,
    buffer: {
      segments: n.segments.value,
      segmentSectors,
      readAhead: n.readAhead.value,
      readAheadSectors: segmentSectors,
      writeCache: n.writeCache.value,
      writesTakeSegments: n.writesTakeSegments.value,
      writeCacheSectors: Math.floor(bufferSectors / 2),
      destageSectors: segmentSectors,
    },
  });
}
