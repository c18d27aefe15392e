/** The papers' figures by id. */
import { Registry } from '../../sim/registry.js';
import type { Figure } from './figure.js';
import { fvdCounts } from './fvd-counts.js';
import { fvdFig05 } from './fvd-fig05.js';
import { onceCounts } from './once-counts.js';

export const figures = new Registry<Figure>('figure', { 'fvd-counts': fvdCounts, 'fvd-fig05': fvdFig05, 'once-counts': onceCounts });
