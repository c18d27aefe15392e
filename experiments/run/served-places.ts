/**
 * Where on an image's partition a drive serves I/Os, and how far from each to the next: what blktrace on the host would show, in the order of
 * service. Places are shares of the partition. It knows neither what the I/Os are for nor how long they take.
 */
import type { DriveObserver } from '../../models/devices/local-drive.js';
import type { HostIo } from '../../models/io/host-io.js';
import { Kind } from '../../models/io/plan.js';
import { Fingerprint } from '../../sim/fingerprint.js';
import type { Sectors } from '../../sim/units.js';

/** Equal parts of the partition. */
export const placeBins = 100;
/** Distances by their size, ten bins to a factor of ten: the first holds all up to its upper edge, the last all that are left. */
const decades = 6;
const binsPerDecade = 10;
const distanceBins = decades * binsPerDecade + 1;
/** Upper edges of the bins of distances, as shares of the partition. */
export const distanceEdges: readonly number[] = Array.from({ length: distanceBins }, (_, bin) => 10 ** (bin / binsPerDecade - decades));

/** What was seen of a stretch of a run. */
export interface Places {
  readonly ios: number;
  readonly reads: number;
  readonly sectors: Sectors;
  /** Mean distance between the first sectors of an I/O and the next, as a share of the partition. */
  readonly meanDistance: number;
  /** I/Os by place, and by the distance from the one before. */
  readonly byPlace: readonly number[];
  readonly byDistance: readonly number[];
}

export class ServedPlaces implements DriveObserver {
  /** Of every I/O: its kind and its place. */
  readonly fingerprint = new Fingerprint();
  private readonly byPlace = new Float64Array(placeBins);
  private readonly byDistance = new Float64Array(distanceBins);
  private ios = 0;
  private reads = 0;
  private moved = 0.5 - 0.5;
  private distance = 0.5 - 0.5;
  private last = 0.5 - 0.5;

  /** @param first sector of the partition on the drive; what lies beside it counts as at its ends */
  constructor(
    private readonly first: Sectors,
    private readonly size: Sectors,
  ) {}

  served(io: HostIo): void {
    const place = Math.min(Math.max(0, (io.sector - this.first) / this.size), 1);
    const distance = Math.abs(place - this.last);
    this.last = place;
    this.ios += 1;
    if (io.kind === Kind.READ) this.reads += 1;
    this.moved += io.sectors;
    this.distance += distance;
    this.byPlace[Math.min(placeBins - 1, Math.floor(place * placeBins))]! += 1;
    this.byDistance[distanceBin(distance)]! += 1;
    this.fingerprint.event(io.kind, io.sector, io.sectors);
  }

  /** What was seen since the last call. */
  take(): Places {
    const { ios, reads, moved, distance } = this;
    const seen = { ios, reads, sectors: moved, meanDistance: ios === 0 ? 0 : distance / ios };
    const places = { ...seen, byPlace: [...this.byPlace], byDistance: [...this.byDistance] };
    this.ios = this.reads = this.moved = this.distance = 0;
    this.byPlace.fill(0);
    this.byDistance.fill(0);
    return places;
  }
}

const distanceBin = (distance: number): number =>
  distance <= distanceEdges[0]! ? 0 : Math.min(distanceBins - 1, Math.ceil((Math.log10(distance) + decades) * binsPerDecade));
