/** A terabyte NVMe drive of today with TLC flash, for asking a figure again on it. No paper names it; the numbers are those of its class. */
import { flashFile, type FlashNumbers } from './flash-file.js';
import { condition, count, readsBeforeProgram } from './flash-assumptions.js';

const tlc = 'TLC 3D NAND with four planes, as presented at ISSCC 2018 to 2021 (256 to 512 Gb dies)';

const numbers: FlashNumbers = {
  capacityGB: { value: 1000.2, unit: 'GB', status: 'published', source: 'IDEMA capacity of a drive of 1 TB' },
  channels: count(8, 'channels', 'controllers of the class', [4, 8]),
  diesPerChannel: count(2, 'dies', '16 dies of 512 Gb make 1 TiB', [2, 4]),
  planes: count(4, 'planes', tlc, [2, 4]),
  pageKiB: { value: 16, unit: 'KiB', status: 'published', source: tlc },
  pagesPerBlock: count(1152, 'pages', tlc, [768, 2304]),
  unitKiB: {
    value: 4,
    unit: 'KiB',
    status: 'published',
    source: 'entry of a page-mapped translation layer; optimal I/O size that drives of the class report',
  },
  spare: count(0.1, '1', '1 TiB of flash for 1 TB of capacity make 9.9 %; enterprise drives keep up to 28 %', [0.07, 0.28]),
  readUs: count(60, 'us', `${tlc}: tR 45 to 80 us`, [45, 80]),
  programUs: count(
    550,
    'us',
    `${tlc}: 57 to 160 MB/s a die; a 64 KiB stripe in 0.4 to 0.7 ms, mean over the three pages of a cell`,
    [400, 700],
  ),
  eraseUs: count(5000, 'us', 'TLC data sheets: 3.5 to 10 ms', [3500, 10_000]),
  readsBeforeProgram,
  channelMBs: count(1200, 'MB/s', 'ONFI 4.1, 1200 MT/s on 8 bits', [800, 1600]),
  linkMBs: count(3500, 'MB/s', 'PCIe 3.0 with four lanes: 3.94 GB/s less packet headers', [3200, 3600]),
  linkHalfDuplex: { value: false, unit: '', status: 'published', source: 'PCI Express has a pair of wires for each direction' },
  commandUs: count(8, 'us', 'controller of the class: reads of 4 KiB come in 70 to 100 us, of which the flash takes the most', [4, 15]),
  commandIntervalUs: count(
    1.5,
    'us',
    'data sheets of the class state up to 500,000 to 700,000 random I/Os of 4 KiB a second from deep queues, more than its flash gives here',
    [1.2, 2.5],
  ),
  bufferMiB: count(32, 'MiB', 'write buffer of the class', [8, 64]),
  writeCache: { value: true, unit: '', status: 'published', source: 'NVMe drives come with the volatile write cache enabled' },
  powerLossProtection: { value: false, unit: '', status: 'assumption', source: 'drives for clients have none; drives for servers do' },
  queueDepth: count(256, 'commands', 'taken from the queues at once', [32, 1024]),
  freeBlocks: count(4, 'blocks', 'free blocks of a die below which garbage is collected', [2, 8]),
  condition,
};

export const nvmeTlc1tb = flashFile('NVMe-TLC-1TB', 'a 1 TB NVMe drive of today with TLC flash, volatile write cache', numbers);
