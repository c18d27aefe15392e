/** A test-bed's NFS server put together: its drive, the files on it, one port on the network for it and one for each host. It knows no virtual machine. */
import { NfsClient, type NfsClientSettings } from '../../models/hosts/nfs-client.js';
import { NfsDevice } from '../../models/hosts/nfs-device.js';
import { NfsServer } from '../../models/hosts/nfs-server.js';
import { NfsStore, type StoreSettings } from '../../models/hosts/nfs-store.js';
import type { Device } from '../../models/io/host-io.js';
import { payloadShare } from '../../models/network/ethernet.js';
import { Network } from '../../models/network/network.js';
import type { FileSystem } from '../../models/filesystems/file-system.js';
import type { Kernel } from '../../sim/kernel.js';
import { MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import type { TestBed } from '../testbeds/testbed.js';

/** A server with its clients. */
interface Exported {
  readonly network: Network;
  readonly server: NfsServer;
  /** By host, from 0 on. */
  readonly clients: readonly NfsClient[];
}

export interface Nas extends Exported {
  readonly store: NfsStore;
  /** File `file` of the server as host `host` sees it. */
  device(host: number, file: number): Device;
}

/**
 * @param drive of the server; its files lie on it one after another
 * @param files their sizes in bytes
 */
export function makeNas(kernel: Kernel, testbed: TestBed, drive: Device, files: readonly Bytes[], hosts: number): Nas {
  const stored = new NfsStore(kernel, drive, placed(files), storeSettings(testbed));
  const exported = exportOver(kernel, testbed, stored, hosts);
  const device = (host: number, file: number): Device =>
    new NfsDevice(exported.clients[host]!, file, files[file]!, () => stored.busyTime());
  return { ...exported, store: stored, device };
}

/**
 * A test-bed's server that exports a mounted file system, or whatever acts as one, to hosts.
 * @param fileOf the server's file for each file of an image, for clients that carry an image's I/O
 */
export function exportOver(kernel: Kernel, testbed: TestBed, files: FileSystem, hosts: number, fileOf: readonly number[] = []): Exported {
  const { network: wire, nfs } = testbed;
  const network = new Network(kernel, {
    ports: hosts + 1,
    flows: 2 * hosts,
    linkRate: wire.rate.value / payloadShare,
    latency: Math.round(wire.roundTrip.value / 2),
  });
  const server = new NfsServer(kernel, files, {
    threads: nfs.threads.value,
    cores: nfs.processors.value,
    callTime: nfs.callTime.value,
    byteTime: nfs.byteTime.value,
    answersEarly: false,
  });
  const settings: NfsClientSettings = {
    calls: nfs.calls.value,
    openCalls: nfs.openCalls.value,
    attributeAge: nfs.attributeAge.value,
    readBytes: nfs.transfer.value,
    writeBytes: nfs.transfer.value,
  };
  const clients = Array.from({ length: hosts }, (_, host) => new NfsClient(kernel, network, host + 1, 0, server, settings, fileOf));
  return { network, server, clients };
}

function placed(files: readonly Bytes[]): { firstSector: number; bytes: Bytes }[] {
  let end = 0;
  return files.map((bytes) => {
    const firstSector = end;
    end += (Math.ceil(bytes / MiB) * MiB) / sectorBytes;
    return { firstSector, bytes };
  });
}

const storeSettings = ({ nfs }: TestBed): StoreSettings => ({
  cacheBytes: nfs.cache.value,
  readAheadBytes: nfs.readAhead.value,
  maxIoBytes: nfs.largestIo.value,
  dirtyBytes: nfs.cache.value * nfs.dirtyShare.value,
  dirtyAge: nfs.dirtyAge.value,
  flushesDrive: nfs.flushesDrive.value,
});
