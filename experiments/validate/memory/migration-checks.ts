/** What is compared of a recorded migration, by how it was made. */
import { pagesSaved } from '../../../models/memory/epoch-record.js';
import { exactly, near, within, type MemoryCheck } from './check.js';
import { migrate, migrateLive, type Migrated } from './migration.js';
import type { MigrationTruth } from './truth.js';

/** Marks of sections and names of blocks in a stream: what it holds beside pages, as a share of it at most. */
const framing = 1e-5;

/** Pages that the guest's system writes by itself while the machine is moved, as a share of all: the modelled guest writes none. */
const systemPages = 2e-3;

const normal = ({ record }: Migrated): number => pagesSaved(record) - record.zeroPages;

/** Each page once, with its content or as zeros. */
function checkOnce(truth: MigrationTruth, migrated: Migrated): MemoryCheck[] {
  const { ram } = truth.result;
  const { record, image, pages } = migrated;
  return [
    exactly('pages with their content', ram.normal, normal(migrated)),
    exactly('pages of zeros', ram.duplicate, record.zeroPages),
    exactly('pages in all', ram.total / 4096, pagesSaved(record)),
    exactly('pages that came once', ram.total / 4096, image === undefined || image.present.count !== image.size ? 0 : pages),
    near('bytes', ram.transferred, record.bytes, framing),
  ];
}

export function checkStopped(truth: MigrationTruth): MemoryCheck[] {
  const syncs = truth.result.ram['dirty-sync-count'];
  const rules = { rules: 'qemu-7.2', rate: '1GiB/s', downtime: '300ms' };
  return [
    ...checkOnce(truth, migrate(truth, 'stop-and-copy', {}, 0)),
    exactly('times the dirty log was taken', syncs, migrate(truth, 'pre-copy', rules, 0).record.rounds),
  ];
}

export function checkBackground(truth: MigrationTruth): MemoryCheck[] {
  const migrated = migrate(truth, 'background-snapshot', {}, truth.guest.rate);
  return [...checkOnce(truth, migrated), exactly('times the dirty log was taken', truth.result.ram['dirty-sync-count'], 0)];
}

/** Of a run that converged: rounds within one, bytes within 15 %. Of one that did not: that it does not. */
export function checkPreCopy(truth: MigrationTruth): MemoryCheck[] {
  const { status, ram } = truth.result;
  const converged = status === 'completed';
  const migrated = migrateLive(truth, truth.guest.rate);
  const { record } = migrated;
  const verdict = exactly('converges', String(converged), String(record.converged));
  if (!converged) return [verdict];
  return [
    verdict,
    within('rounds', ram['dirty-sync-count'], record.rounds, 1),
    near('bytes', ram.transferred, record.bytes, 0.15),
    near('pages with their content', ram.normal, normal(migrated), 0.15),
    near('pages of zeros', ram.duplicate, record.zeroPages, systemPages),
  ];
}
