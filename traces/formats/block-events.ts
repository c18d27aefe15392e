/**
 * What the kernel's block tracer records, whatever the syntax: events of a request's life, of which one kind is read as the trace.
 * One event is one record: a write that also flushes before or after itself (`FWF`) is a write, an event without data that flushes
 * is a flush, and one that neither moves data nor flushes is no record. Codes and letters: include/uapi/linux/blktrace_api.h of Linux.
 */
import { InputError } from '../../sim/errors.js';
import { allDevices } from './device-choice.js';

/** The events that can stand for a request: queued by the file system, dispatched to the driver, completed. */
const requestActions = ['Q', 'D', 'C'] as const;
export type RequestAction = (typeof requestActions)[number];

/** Letter of each event code; index 0 is none. Abort and driver data have no request of their own and no letter that is in use. */
export const actionLetters = ['', 'Q', 'M', 'F', 'G', 'S', 'R', 'D', 'C', 'P', 'U', 'UT', 'I', 'X', 'B', 'A', 'abort', 'driver data'];

/** Counts the events of a recording by kind, and refuses what cannot be read as one disk's requests. */
export class EventSelection {
  /** Events seen so far, by event code. */
  readonly counts = new Float64Array(actionLetters.length);
  /** The code of the selected kind. */
  readonly code: number;
  private device: number;

  /**
   * @param path the recording, for errors
   * @param device the only device to read, `major,minor`, or `all`; where undefined, there may be only one
   */
  constructor(
    private readonly path: string,
    readonly action: RequestAction = 'Q',
    device?: string,
  ) {
    this.code = actionLetters.indexOf(action);
    this.takesAll = device === allDevices;
    this.isGiven = device !== undefined && !this.takesAll;
    this.device = device === undefined || this.takesAll ? -1 : parseDevice(device);
  }
  private readonly isGiven: boolean;
  private readonly takesAll: boolean;

  /** Whether an event of this device is read. False for another one where a device was given. */
  accepts(device: number): boolean {
    if (this.takesAll || device === this.device) return true;
    if (this.isGiven) return false;
    if (this.device !== -1) {
      const names = `the devices ${formatDevice(this.device)} and ${formatDevice(device)}`;
      throw new InputError(this.path, names, `one device, chosen with --device ${formatDevice(this.device)}, or --device all`);
    }
    this.device = device;
    return true;
  }

  /** Events by letter, those that occur. */
  get byAction(): Readonly<Record<string, number>> {
    return Object.fromEntries(actionLetters.map((letter, code) => [letter, this.counts[code]!] as const).filter(([, count]) => count > 0));
  }

  /** Why nothing was selected. */
  refuseEmpty(): never {
    const found = Object.entries(this.byAction).map(([letter, count]) => `${letter} ${count}`);
    if (found.length === 0) throw new InputError(this.path, 'no event', 'at least one event');
    const usable = requestActions.filter((action) => this.byAction[action] !== undefined && action !== this.action);
    const where = this.isGiven ? ` of device ${formatDevice(this.device)}` : '';
    throw new InputError(
      this.path,
      `no request in its ${this.action} events${where} (events: ${found.join(', ')})`,
      usable.length === 0 ? 'a recording with Q, D or C events' : usable.map((action) => `--action ${action}`).join(' or '),
    );
  }
}

/** A device as one number, as in the binary format: major in the upper 12 bits of 32. */
export const deviceNumber = (major: number, minor: number): number => major * 2 ** 20 + minor;

const formatDevice = (device: number): string => `${Math.floor(device / 2 ** 20)},${device % 2 ** 20}`;

function parseDevice(text: string): number {
  const match = /^([0-9]{1,4}),([0-9]{1,7})$/.exec(text);
  if (match === null) throw new InputError('--device', JSON.stringify(text), 'major,minor such as 8,16');
  return deviceNumber(Number(match[1]), Number(match[2]));
}
