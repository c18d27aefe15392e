/**
 * Pages are compressed before they are written. A page is of one of three classes, drawn by its number and version, so that the same page
 * compresses the same under every method: text and tables, code and mixed data, and what does not compress. Within a class the ratio is
 * drawn evenly between half and one and a half of its mean; what would grow stays as it is.
 */
import { RandomStream } from '../../../sim/random.js';
import { second, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import { pageBytes, UNWRITTEN } from '../../guests/memory/guest-memory.js';
import { fullEntryBytes, headerBytes, NO_BLOCK } from '../memory-image.js';
import { pageReduction, type PageEntry, type PageReduction } from './page-reduction.js';

interface Values {
  readonly textShare: number;
  readonly mixedShare: number;
  readonly textPercent: number;
  readonly mixedPercent: number;
  readonly speed: number;
  readonly loadSpeed: number;
}

/** A page that was never written is zeros: its words are looked at, and little is left. */
const zeroPageBytes: Bytes = 16;

class Compression implements PageReduction {
  private readonly seed: number;
  private owed: Nanoseconds = 0;

  constructor(private readonly values: Values) {
    this.seed = new RandomStream(0, 'memory/compression').below(2 ** 31);
  }

  begin(): void {}
  atInstant(): void {}

  reduce(page: number, version: number, entry: PageEntry): void {
    if (entry.isLeftOut || entry.block !== NO_BLOCK || entry.bytes !== fullEntryBytes) return;
    this.owed += (pageBytes / this.values.speed) * second;
    entry.bytes = headerBytes + (version === UNWRITTEN ? zeroPageBytes : this.compressed(page, version));
  }

  takeTime(): Nanoseconds {
    const { owed } = this;
    this.owed = 0;
    return owed;
  }

  loadTime(bytes: Bytes): Nanoseconds {
    return bytes < fullEntryBytes ? (pageBytes / this.values.loadSpeed) * second : 0;
  }

  private compressed(page: number, version: number): Bytes {
    const { textShare, mixedShare, textPercent, mixedPercent } = this.values;
    const kind = share(mixed(page, version, this.seed)) * 100;
    if (kind >= textShare + mixedShare) return pageBytes;
    const mean = (kind < textShare ? textPercent : mixedPercent) / 100;
    const ratio = mean * (0.5 + share(mixed(page, version, this.seed + 1)));
    return Math.min(pageBytes, Math.ceil(pageBytes * ratio));
  }
}

/** 32 bits that depend on all three evenly: a page's draw does not depend on when it is asked for. */
function mixed(page: number, version: number, seed: number): number {
  let bits = Math.imul(page ^ seed, 0x9e3779b1) ^ Math.imul(version + 1, 0x85ebca77);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}

const share = (bits: number): number => bits / 2 ** 32;

export const compression = pageReduction({
  about: 'pages are compressed before they are written, in the time of the thread that saves',
  source: 'iROW (2016), section 1: memory image compression; shares, ratios and speeds are assumptions, stated with each option',
  options: {
    textShare: { kind: 'count', about: 'pages with text and tables, percent; assumed, 20 to 60', default: 40, max: 100 },
    mixedShare: { kind: 'count', about: 'pages with code and mixed data, percent; assumed, 20 to 60', default: 40, max: 100 },
    textPercent: { kind: 'count', about: 'what is left of a page of the first kind; assumed, 20 to 40 percent', default: 30, max: 66 },
    mixedPercent: { kind: 'count', about: 'what is left of a page of the second kind; assumed, 50 to 66 percent', default: 60, max: 66 },
    speed: { kind: 'rate', about: 'of a core that compresses a fast dictionary code; assumed, 200 to 700 MB/s', default: 400e6 },
    loadSpeed: { kind: 'rate', about: 'of a core that expands it; assumed, 500 to 3000 MB/s', default: 1500e6 },
  },
  make: (_host, values) => new Compression(values),
});
