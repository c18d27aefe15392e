/** The I/O schedulers that can be chosen by name. */
import { Registry } from '../../../sim/registry.js';
import { cfq } from './cfq.js';
import { clook } from './clook.js';
import { deadline } from './deadline.js';
import { elevator } from './elevator.js';
import { fcfs } from './fcfs.js';
import type { SchedulerModel } from './scheduler.js';
import { sstf } from './sstf.js';

export const schedulers = new Registry<SchedulerModel>('scheduler', { fcfs, elevator, clook, sstf, deadline, cfq });
