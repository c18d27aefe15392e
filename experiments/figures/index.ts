/** The papers' figures by id. */
import { consnapCounts } from './consnap-counts.js';
import { consnapFig04 } from './consnap-fig04.js';
import { consnapFig05 } from './consnap-fig05.js';
import { consnapFig06 } from './consnap-fig06.js';
import { consnapFig07 } from './consnap-fig07.js';
import { consnapFig08 } from './consnap-fig08.js';
import { consnapFig09 } from './consnap-fig09.js';
import { consnapFig10, consnapFig11 } from './consnap-fig10.js';
import { consnapFig12 } from './consnap-fig12.js';
import { consnapIntervals } from './consnap-intervals.js';
import { fvdCounts } from './fvd-counts.js';
import { fvdCrash } from './fvd-crash.js';
import { fvdFig01 } from './fvd-fig01.js';
import { fvdFig05 } from './fvd-fig05.js';
import { fvdFig06 } from './fvd-fig06.js';
import { fvdFig07 } from './fvd-fig07.js';
import { fvdFig08 } from './fvd-fig08.js';
import { fvdFig09 } from './fvd-fig09.js';
import { fvdFig10 } from './fvd-fig10.js';
import { fvdFig11 } from './fvd-fig11.js';
import { fvdFig12 } from './fvd-fig12.js';
import { fvdFig13 } from './fvd-fig13.js';
import { fvdFig14 } from './fvd-fig14.js';
import { fvdPrefetch } from './fvd-prefetch.js';
import { fvdTemplate } from './fvd-template.js';
import { irowChain } from './irow-chain.js';
import { irowCounts } from './irow-counts.js';
import { irow12Fig09 } from './irow12-fig09.js';
import { irow12Fig10 } from './irow12-fig10.js';
import { irow12Fig11 } from './irow12-fig11.js';
import { irow12Fig12 } from './irow12-fig12.js';
import { irow12Fig13 } from './irow12-fig13.js';
import { irow12Fig14 } from './irow12-fig14.js';
import { irow12Fig15 } from './irow12-fig15.js';
import { irow16Fig01 } from './irow16-fig01.js';
import { irow16Fig02 } from './irow16-fig02.js';
import { irow16Fig03 } from './irow16-fig03.js';
import { Figures } from './on-drive.js';
import { onceCounts } from './once-counts.js';
import { onceFig09 } from './once-fig09.js';
import { onceFig10 } from './once-fig10.js';
import { onceFig11 } from './once-fig11.js';
import { oursSsd } from './ours-ssd.js';

export const figures = new Figures('figure', {
  'consnap-counts': consnapCounts,
  'consnap-fig04': consnapFig04,
  'consnap-fig05': consnapFig05,
  'consnap-fig06': consnapFig06,
  'consnap-fig07': consnapFig07,
  'consnap-fig08': consnapFig08,
  'consnap-fig09': consnapFig09,
  'consnap-fig10': consnapFig10,
  'consnap-fig11': consnapFig11,
  'consnap-fig12': consnapFig12,
  'consnap-intervals': consnapIntervals,
  'fvd-counts': fvdCounts,
  'fvd-crash': fvdCrash,
  'fvd-fig01': fvdFig01,
  'fvd-fig05': fvdFig05,
  'fvd-fig06': fvdFig06,
  'fvd-fig07': fvdFig07,
  'fvd-fig08': fvdFig08,
  'fvd-fig09': fvdFig09,
  'fvd-fig10': fvdFig10,
  'fvd-fig11': fvdFig11,
  'fvd-fig12': fvdFig12,
  'fvd-fig13': fvdFig13,
  'fvd-fig14': fvdFig14,
  'fvd-prefetch': fvdPrefetch,
  'fvd-template': fvdTemplate,
  'irow12-fig09': irow12Fig09,
  'irow12-fig10': irow12Fig10,
  'irow12-fig11': irow12Fig11,
  'irow12-fig12': irow12Fig12,
  'irow12-fig13': irow12Fig13,
  'irow12-fig14': irow12Fig14,
  'irow12-fig15': irow12Fig15,
  'irow16-fig01': irow16Fig01,
  'irow16-fig02': irow16Fig02,
  'irow16-fig03': irow16Fig03,
  'irow-chain': irowChain,
  'irow-counts': irowCounts,
  'once-counts': onceCounts,
  'once-fig09': onceFig09,
  'once-fig10': onceFig10,
  'once-fig11': onceFig11,
  'ours-ssd': oursSsd,
});
