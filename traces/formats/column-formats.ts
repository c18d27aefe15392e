/**
 * Published collections whose traces are rows of columns: each is a mapping of columns, a pattern of its rows, and how a row is written.
 * Sources of the columns: the collections' own descriptions (SNIA IOTTA for MSR Cambridge, SYSTOR '17, Tencent and FIU; the block-traces
 * repository for Alibaba; SPC's trace file specification; DiskSim's manual for its ASCII and validation inputs).
 */
import { InputError } from '../../sim/errors.js';
import { sectorBytes } from '../../sim/units.js';
import { TraceOp } from '../batch.js';
import { parseCsvMapping } from './csv-mapping.js';
import { readColumns } from './csv-stream.js';
import { headLines } from './head-text.js';
import { decimal, rowWriter } from './row-writer.js';
import type { SpecialOption, TraceFormat, WrittenFormat } from './trace-format.js';
import { readsAndWrites } from './write-limits.js';

interface ColumnFormat {
  readonly about: string;
  /** As `--csv` takes it; `$unit` stands for the unit that --time-unit gives. */
  readonly mapping: string;
  readonly header?: string;
  /** Each of the first rows matches it. */
  readonly row: RegExp;
  readonly writes?: WrittenFormat;
}

const readOrWrite = (op: TraceOp, read: string, write: string): string => (op === TraceOp.READ ? read : write);

/** Times that written traces begin at, where a format counts from an epoch. */
const filetimeStart = 12_816_637;
const unixStart = 1577836800;

function columnFormat({ about, mapping, header, row, writes }: ColumnFormat): TraceFormat {
  const leavesUnitOpen = mapping.includes('$unit');
  const uses: SpecialOption[] = mapping.includes('device=') ? ['device', 'skipBad'] : ['skipBad'];
  return {
    about,
    uses: leavesUnitOpen ? [...uses, 'timeUnit'] : uses,
    recognises(head) {
      const lines = headLines(head);
      if (header === undefined) return lines.every((line) => row.test(line));
      return lines[0] === header && lines.slice(1).every((line) => row.test(line));
    },
    open(input, options) {
      if (leavesUnitOpen && options.timeUnit === undefined) {
        const choices = '--time-unit ms (as DiskSim has it), us or ns (as MQSim has it)';
        throw new InputError(input.source.path, 'times whose unit the format leaves open', choices);
      }
      const known = parseCsvMapping(mapping.replace('$unit', options.timeUnit ?? 'ns'));
      return readColumns(input, known, options);
    },
    ...(writes === undefined ? {} : { writes }),
  };
}

export const msr = columnFormat({
  about: 'MSR Cambridge: Windows filetime, host, disk, Read or Write, offset, size, response time',
  mapping: 'time=1:100ns,device=2..3,op=4:read/write,offset=5,bytes=6,response=7:100ns',
  row: /^\d{17,18},[^,]*,\d+,(Read|Write),\d+,\d+,\d+$/i,
  writes: rowWriter({
    limits: readsAndWrites(100, 1),
    row: (time, op, offset, bytes) => `${filetime(time)},host,0,${readOrWrite(op, 'Read', 'Write')},${offset},${bytes},0`,
  }),
});

export const spc = columnFormat({
  about: 'SPC (UMass): application unit, sector, bytes, r or w, seconds',
  mapping: 'device=1,offset=2:sectors,bytes=3,op=4:r/w,time=5:s,columns=varying',
  row: /^\d+,\d+,\d+,[rw],\d+(\.\d+)?(,.*)?$/i,
  writes: rowWriter({
    limits: readsAndWrites(1, sectorBytes),
    row: (time, op, offset, bytes) => `0,${offset / sectorBytes},${bytes},${readOrWrite(op, 'R', 'W')},${decimal(time, 1e9, 9)}`,
  }),
});

export const alibaba = columnFormat({
  about: 'Alibaba block traces: device, R or W, offset, bytes, microseconds since 1970',
  mapping: 'device=1,op=2:r/w,offset=3,bytes=4,time=5:us',
  row: /^\d+,[RW],\d+,\d+,\d{15,16}$/,
  writes: rowWriter({
    limits: readsAndWrites(1e3, 1),
    row: (time, op, offset, bytes) => `0,${readOrWrite(op, 'R', 'W')},${offset},${bytes},${sinceUnix(time, 1e3, 6)}`,
  }),
});

export const tencent = columnFormat({
  about: 'Tencent block storage: seconds since 1970, sector, sectors, 0 (read) or 1 (write), volume',
  mapping: 'time=1:s,offset=2:sectors,bytes=3:sectors,op=4:0/1,device=5',
  row: /^\d{10},\d+,\d+,[01],\d+$/,
  writes: rowWriter({
    limits: readsAndWrites(1e9, sectorBytes),
    row: (time, op, offset, bytes) =>
      `${sinceUnix(time, 1e9, 0)},${offset / sectorBytes},${bytes / sectorBytes},${readOrWrite(op, '0', '1')},0`,
  }),
});

const systorHeader = 'Timestamp,Response,IOType,LUN,Offset,Size';
export const systor17 = columnFormat({
  about: "SYSTOR '17 (Fujitsu VDI): seconds since 1970, response time, R or W, LUN, offset, size",
  mapping: 'time=1:s,response=2:s,op=3:r/w,device=4,offset=5,bytes=6,header=1',
  header: systorHeader,
  row: /^\d+(\.\d+)?,[\d.]*,[RW],\d+,\d+,\d+$/,
  writes: rowWriter({
    header: systorHeader,
    limits: readsAndWrites(1, 1),
    row: (time, op, offset, bytes) =>
      `${sinceUnix(time, 1e9, 0)}.${fraction(time)},0.000000000,${readOrWrite(op, 'R', 'W')},0,${offset},${bytes}`,
  }),
});

export const k5cloud = columnFormat({
  about: 'K5cloud: volume, seconds, R or W, offset, bytes',
  mapping: 'device=1,time=2:s,op=3:r/w,offset=4,bytes=5',
  row: /^\d+,\d+\.\d+,[RW],\d+,\d+$/,
  writes: rowWriter({
    limits: readsAndWrites(1, 1),
    row: (time, op, offset, bytes) => `0,${decimal(time, 1e9, 9)},${readOrWrite(op, 'R', 'W')},${offset},${bytes}`,
  }),
});

export const cloudphysics = columnFormat({
  about: 'CloudPhysics as CSV: version, seconds, SCSI command (28 or 2a), bytes, sector',
  mapping: 'time=2:s,op=3:28/2a,bytes=4,offset=5:sectors,header=1',
  header: 'version,time,op,size,lbn',
  row: /^\d+,\d+,(28|2a),\d+,\d+$/i,
});

export const disksim = columnFormat({
  about: "DiskSim's ASCII input: time (--time-unit), device, sector, sectors, flags whose lowest bit is set for a read",
  mapping: 'time=1:$unit,device=2,offset=3:sectors,bytes=4:sectors,op=5:bit0,delimiter=blanks',
  row: /^\s*\d+(\.\d+)?\s+\d+\s+\d+\s+\d+\s+[0-9a-f]\s*$/i,
  writes: rowWriter({
    limits: readsAndWrites(1, sectorBytes),
    row: (time, op, offset, bytes) =>
      `${decimal(time, 1e6, 6)} 0 ${offset / sectorBytes} ${bytes / sectorBytes} ${readOrWrite(op, '1', '0')}`,
  }),
});

export const disksimValidate = columnFormat({
  about: "DiskSim's validation input: R or W, Hit or Miss, sector, sectors, service time and the think time after it",
  mapping: 'op=1:r/w,offset=3:sectors,bytes=4:sectors,response=5:us,think=6:us,delimiter=blanks',
  row: /^[RW]\s+(Hit|Miss)\s+\d+\s+\d+\s+\d+(\.\d+)?\s+\d+(\.\d+)?\s*$/i,
});

export const fiu = columnFormat({
  about: 'FIU: nanoseconds, process, its name, sector, sectors, R or W, major, minor, hash of the contents',
  mapping: 'time=1:ns,offset=-6:sectors,bytes=-5:sectors,op=-4:r/w,device=-3..-2,delimiter=blanks,columns=varying',
  row: /^\d+ \d+ \S.* \d+ \d+ [RW] \d+ \d+ [0-9a-f]{32}\s*$/i,
});

/** A time as Windows counts it, in 100 ns since 1601: more digits than a number holds. */
function filetime(time: number): string {
  const ticks = time / 100;
  const high = Math.floor(ticks / 1e10);
  return `${filetimeStart + high}${String(ticks - high * 1e10).padStart(10, '0')}`;
}

/** A time as whole units since 1970, in digits; `places` digits make a second. */
function sinceUnix(time: number, unit: number, places: number): string {
  const seconds = Math.floor(time / 1e9);
  const rest = places === 0 ? '' : String((time - seconds * 1e9) / unit).padStart(places, '0');
  return `${unixStart + seconds}${rest}`;
}

const fraction = (time: number): string => String(time % 1e9).padStart(9, '0');
