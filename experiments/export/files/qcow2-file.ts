/**
 * A qcow2 file of version 2 or 3 with its internal snapshots: every table and cluster where the simulated image has it, counts and flags
 * as it keeps them. It computes no layout. Source: the published specification of the format.
 */
import type { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { entryBytes, header3Bytes, headerBytes, headerField } from '../../../models/formats/qcow2/geometry.js';
import type { Qcow2Tables, SnapshotTables, TableMap } from '../../../models/formats/qcow2/inspect.js';
import type { Bytes } from '../../../sim/units.js';
import type { HostContents } from '../host-contents.js';
import { FileRecord } from './record.js';
import type { SparseFile } from './sparse-file.js';

const magic = 0x514649fb;
const copiedFlag = 1n << 63n;
const refcountBytes = 2;
/** Counts of 16 bits, as a power of two. */
const refcountOrder = 4;
const snapshotHeaderBytes = 40;
/** Of version 3: sizes of the machine's state and of the disk, and a count of instructions, which is unknown. */
const snapshotExtraBytes = 24;
const noInstructionCount = 2n ** 64n - 1n;
const snapshotAlignment = 8;

export function writeQcow2(image: Qcow2Base, contents: HostContents, out: SparseFile): void {
  const tables = image.inspect();
  const { clusterBytes } = tables;
  out.put(0, header(tables, image.diskBytes));
  writeRefcounts(tables, out);
  const written = new Set<number>();
  writeMap(tables.active, tables.l1Offset, tables.l1Entries, clusterBytes, out, written);
  for (const snapshot of tables.snapshots) writeMap(snapshot, snapshot.l1Offset, snapshot.l1Entries, clusterBytes, out, written);
  if (tables.snapshots.length > 0) out.put(tables.snapshotTableOffset, snapshotTable(tables, image.diskBytes));
  for (const [first, clusters, role] of tables.clusters) {
    const offset = first * clusterBytes;
    if (role === 'data') out.putContents(offset, contents, 0, offset, clusters * clusterBytes);
  }
  out.endAt(image.files[0]!.bytes);
}

function header(tables: Qcow2Tables, diskBytes: Bytes): Uint8Array {
  const isVersion3 = tables.version === 3;
  const endOfExtensions = 8;
  const record = new FileRecord((isVersion3 ? header3Bytes : headerBytes) + endOfExtensions, 'big-endian')
    .u32(0, magic)
    .u32(4, tables.version)
    .u32(20, Math.log2(tables.clusterBytes))
    .u64(headerField.diskSize, diskBytes)
    .u32(headerField.l1Table, tables.l1Entries)
    .u64(headerField.l1Table + 4, tables.l1Offset)
    .u64(headerField.refcountTable, tables.refcountTableOffset)
    .u32(headerField.refcountTable + 8, tables.refcountTableClusters)
    .u32(headerField.snapshotCount, tables.snapshots.length)
    .u64(headerField.snapshotTable, tables.snapshots.length === 0 ? 0 : tables.snapshotTableOffset);
  return (isVersion3 ? record.u32(96, refcountOrder).u32(100, header3Bytes) : record).bytes;
}

function writeRefcounts(tables: Qcow2Tables, out: SparseFile): void {
  const { clusterBytes, refcountBlocks } = tables;
  const perBlock = clusterBytes / refcountBytes;
  const table = new FileRecord(tables.refcountTableClusters * clusterBytes, 'big-endian');
  const blocks = refcountBlocks.map((cluster, i) => {
    table.u64(i * entryBytes, cluster * clusterBytes);
    return cluster === 0 ? null : new FileRecord(clusterBytes, 'big-endian');
  });
  for (const [first, clusters, , count] of tables.clusters) {
    for (let cluster = first; cluster < first + clusters; cluster++) {
      if (count > 0) blocks[Math.floor(cluster / perBlock)]!.u16((cluster % perBlock) * refcountBytes, count);
    }
  }
  out.put(tables.refcountTableOffset, table.bytes);
  blocks.forEach((block, i) => {
    if (block !== null) out.put(refcountBlocks[i]! * clusterBytes, block.bytes);
  });
}

/** An L1 table and those of its L2 tables that no other has `written`. */
function writeMap(
  { l2, map }: TableMap,
  l1Offset: Bytes,
  l1Entries: number,
  clusterBytes: Bytes,
  out: SparseFile,
  written: Set<number>,
): void {
  const l2Entries = clusterBytes / entryBytes;
  const entry = (cluster: number, isCopied: number): bigint => BigInt(cluster * clusterBytes) | (isCopied === 1 ? copiedFlag : 0n);
  const l1 = new FileRecord(l1Entries * entryBytes, 'big-endian');
  const missing = new Map<number, { readonly cluster: number; readonly record: FileRecord }>();
  for (const [index, cluster, isCopied] of l2) {
    l1.u64(index * entryBytes, entry(cluster, isCopied));
    if (!written.has(cluster)) missing.set(index, { cluster, record: new FileRecord(clusterBytes, 'big-endian') });
    written.add(cluster);
  }
  for (const [guest, clusters, host, isCopied] of map) {
    for (let k = 0; k < clusters; k++) {
      const index = Math.floor((guest + k) / l2Entries);
      missing.get(index)?.record.u64(((guest + k) % l2Entries) * entryBytes, entry(host + k, isCopied));
    }
  }
  out.put(l1Offset, l1.bytes);
  for (const { cluster, record } of missing.values()) out.put(cluster * clusterBytes, record.bytes);
}

function snapshotTable({ version, snapshots }: Qcow2Tables, diskBytes: Bytes): Uint8Array {
  return Buffer.concat(snapshots.map((snapshot) => snapshotEntry(snapshot, version === 3 ? snapshotExtraBytes : 0, diskBytes)));
}

function snapshotEntry({ id, name, l1Offset, l1Entries, stateBytes }: SnapshotTables, extraBytes: Bytes, diskBytes: Bytes): Uint8Array {
  const [idText, nameText] = [Buffer.from(id, 'utf8'), Buffer.from(name, 'utf8')];
  const idAt = snapshotHeaderBytes + extraBytes;
  const bytes = Math.ceil((idAt + idText.length + nameText.length) / snapshotAlignment) * snapshotAlignment;
  const record = new FileRecord(bytes, 'big-endian')
    .u64(0, l1Offset)
    .u32(8, l1Entries)
    .u16(12, idText.length)
    .u16(14, nameText.length)
    .u32(32, stateBytes % 2 ** 32)
    .u32(36, extraBytes)
    .text(idAt, idText)
    .text(idAt + idText.length, nameText);
  if (extraBytes > 0)
    record
      .u64(snapshotHeaderBytes, stateBytes)
      .u64(snapshotHeaderBytes + 8, diskBytes)
      .u64(snapshotHeaderBytes + 16, noInstructionCount);
  return record.bytes;
}
