/** A file on an NFS server as a block device: the backing image of an overlay, or the disk of a virtual machine that lives on the server. */
import { sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../sim/units.js';
import type { Device, HostIo } from '../io/host-io.js';
import type { NfsClient } from './nfs-client.js';

export class NfsDevice implements Device {
  readonly capacity: Sectors;

  /**
   * @param file the server's number of it
   * @param serverBusy how long the server's drive was at work
   */
  constructor(
    private readonly client: NfsClient,
    private readonly file: number,
    bytes: Bytes,
    private readonly serverBusy: () => Nanoseconds,
  ) {
    this.capacity = Math.floor(bytes / sectorBytes);
  }

  submit(io: HostIo): void {
    this.client.carry(io, this.file, io.sector * sectorBytes, io.sectors * sectorBytes);
  }

  busyTime(): Nanoseconds {
    return this.serverBusy();
  }
}
