/** Reference runs: which row belongs to which request of the trace. */
import { InputError } from '../../../sim/errors.js';
import type { Requests } from './replay.js';
import type { Table } from './tables.js';

/** Arrivals of a trace and of a reference are rounded differently; they are the same within this. */
const ARRIVAL_ROUNDING_MS = 0.001;

/**
 * For each row, which stands in the order of completion, the request of the trace with its lbn and arrival.
 * @throws InputError (file:line) at a row that belongs to no request, or to one that has a row
 */
export function joined(reference: Table, requests: Requests, arrivalMs: Float64Array): Int32Array {
  const [lbn, arrival] = [reference.numbers('lbn'), reference.numbers('arrival_ms')];
  const open = new Map<number, number[]>();
  requests.sector.forEach((sector, i) => {
    const same = open.get(sector);
    if (same === undefined) open.set(sector, [i]);
    else same.push(i);
  });
  if (reference.length !== requests.kind.length) {
    throw new InputError(reference.file, `${reference.length} rows`, `the ${requests.kind.length} requests of ${requests.file}`);
  }
  return Int32Array.from(lbn, (sector, row) => {
    const same = open.get(sector) ?? [];
    const at = same.findIndex((i) => Math.abs(arrivalMs[i]! - arrival[row]!) <= ARRIVAL_ROUNDING_MS);
    if (at < 0)
      throw new InputError(`${reference.file}:${row + 2}`, `lbn ${sector} at ${arrival[row]} ms`, `a request of ${requests.file}`);
    return same.splice(at, 1)[0]!;
  });
}

/** The values of a column, which stand by row, by request. */
export function byRequest(values: Float64Array, requestOfRow: Int32Array): Float64Array {
  const ordered = new Float64Array(values.length);
  requestOfRow.forEach((request, row) => (ordered[request] = values[row]!));
  return ordered;
}
