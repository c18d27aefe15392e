/** The papers' figures by id. */
import { Registry } from '../../sim/registry.js';
import type { Figure } from './figure.js';
import { fvdCounts } from './fvd-counts.js';
import { fvdFig01 } from './fvd-fig01.js';
import { fvdFig05 } from './fvd-fig05.js';
import { fvdFig12 } from './fvd-fig12.js';
import { fvdFig13 } from './fvd-fig13.js';
import { fvdFig14 } from './fvd-fig14.js';
import { onceCounts } from './once-counts.js';
import { onceFig09 } from './once-fig09.js';
import { onceFig10 } from './once-fig10.js';
import { onceFig11 } from './once-fig11.js';

export const figures = new Registry<Figure>('figure', {
  'fvd-counts': fvdCounts,
  'fvd-fig01': fvdFig01,
  'fvd-fig05': fvdFig05,
  'fvd-fig12': fvdFig12,
  'fvd-fig13': fvdFig13,
  'fvd-fig14': fvdFig14,
  'once-counts': onceCounts,
  'once-fig09': onceFig09,
  'once-fig10': onceFig10,
  'once-fig11': onceFig11,
});
