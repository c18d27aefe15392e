/** A 160 GB SATA drive with MLC flash, as sold when the papers were written (Intel X25-M G2 and its peers). No paper names it; the numbers are those of its class. */
import { condition, count, readsBeforeProgram } from './flash-assumptions.js';
import { flashFile, type FlashNumbers } from './flash-file.js';

const mlc = '34 nm MLC NAND of 2009, 32 Gb dies';

const numbers: FlashNumbers = {
  capacityGB: { value: 160.04, unit: 'GB', status: 'published', source: 'IDEMA capacity of a drive of 160 GB' },
  channels: { value: 10, unit: 'channels', status: 'published', source: 'Intel X25-M: ten channels' },
  diesPerChannel: { value: 4, unit: 'dies', status: 'derived', source: '40 dies of 32 Gb make 160 GiB' },
  planes: count(1, 'planes', `${mlc} have two; with both programmed at once they write twice what the data sheet says`, [1, 2]),
  pageKiB: { value: 4, unit: 'KiB', status: 'published', source: mlc },
  pagesPerBlock: count(256, 'pages', mlc, [128, 256]),
  unitKiB: count(4, 'KiB', 'a page of the flash', [4, 4]),
  spare: count(0.0737, '1', '160 GiB of flash for 160 GB of capacity', [0.07, 0.2]),
  readUs: count(50, 'us', `${mlc}: tR 50 us; the data sheet answers a read of 4 KiB in 65 us`, [50, 75]),
  programUs: count(1300, 'us', `${mlc}: 0.9 to 1.5 ms; with 1.3 ms all dies write 120 MB/s, where the data sheet has 100`, [900, 1600]),
  eraseUs: count(2000, 'us', `${mlc}: 2 to 3 ms`, [2000, 3500]),
  readsBeforeProgram,
  channelMBs: count(50, 'MB/s', 'asynchronous ONFI 1.0, 8 bits: 40 to 50 MB/s', [40, 50]),
  linkMBs: count(250, 'MB/s', 'SATA 3 Gb/s; the data sheet reads 250 MB/s in sequence', [240, 285]),
  linkHalfDuplex: { value: true, unit: '', status: 'published', source: 'Serial ATA passes frames one way at a time' },
  commandUs: count(15, 'us', 'of the 65 us in which a read of 4 KiB is answered, what the flash does not take', [10, 30]),
  commandIntervalUs: count(
    28,
    'us',
    'data sheets and reviews of the class see 30,000 to 40,000 random reads of 4 KiB a second with 32 commands queued (Intel X25-M G2: up to 35,000), fewer than forty dies could give: what the one processor of the map and the command frames of SATA take for each',
    [25, 33],
  ),
  bufferMiB: count(16, 'MiB', 'memory beside the controller, most of it for the map', [1, 32]),
  writeCache: { value: true, unit: '', status: 'published', source: 'SATA drives ship with it enabled' },
  powerLossProtection: { value: false, unit: '', status: 'assumption', source: 'drives for clients have none' },
  queueDepth: { value: 32, unit: 'commands', status: 'published', source: 'native command queueing' },
  freeBlocks: count(4, 'blocks', 'free blocks of a die below which garbage is collected', [2, 8]),
  condition,
};

export const sataMlc160gb = flashFile('SATA-MLC-160GB', 'a 160 GB SATA drive with MLC flash of 2009, volatile write cache', numbers);
