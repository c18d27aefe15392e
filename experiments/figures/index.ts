/** The papers' figures by id. */
import { Registry } from '../../sim/registry.js';
import type { Figure } from './figure.js';
import { fvdFig05 } from './fvd-fig05.js';

export const figures = new Registry<Figure>('figure', { 'fvd-fig05': fvdFig05 });
