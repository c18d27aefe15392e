/** The I/O schedulers that can be chosen by name. */
import { Registry } from '../../../sim/registry.js';
import { fcfs } from './fcfs.js';
import type { SchedulerModel } from './scheduler.js';

export const schedulers = new Registry<SchedulerModel>('scheduler', { fcfs });
