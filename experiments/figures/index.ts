/** The papers' figures by id. */
import { Registry } from '../../sim/registry.js';
import type { Figure } from './figure.js';
import { fvdCounts } from './fvd-counts.js';
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
import { onceCounts } from './once-counts.js';
import { onceFig09 } from './once-fig09.js';
import { onceFig10 } from './once-fig10.js';
import { onceFig11 } from './once-fig11.js';

export const figures = new Registry<Figure>('figure', {
  'fvd-counts': fvdCounts,
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
  'once-counts': onceCounts,
  'once-fig09': onceFig09,
  'once-fig10': onceFig10,
  'once-fig11': onceFig11,
});
