/** The page of a replay: one run over time, and what it made of latency, space and the drive. It runs nothing. */
import { aroundInstant, latencyTail, seekDistances, spaceOverTime, stalls, writeAmplification } from '../../results/charts/index.js';
import type { Manifest } from '../../results/provenance.js';
import type { NumbersTable, ReportFigure, ReportModel } from '../../results/report/index.js';
import { Histogram } from '../../sim/statistics/histogram.js';
import { second } from '../../sim/units.js';
import type { SystemResult } from '../run/replay-run.js';
import type { World } from '../run/world.js';
import { concurrency } from './binned.js';
import { explainedFigures } from './explained.js';
import { ownFigure, tableOf, type Undrawn } from './own-figure.js';
import type { RunWatch } from './run-watch.js';
import { laneOf, timelineFigure, trackWindows } from './timeline-figure.js';

/** A system that was watched while it ran. */
export interface WatchedSystem {
  readonly name: string;
  readonly world: World;
  readonly watch: RunWatch;
}

export interface ReplayPage {
  readonly title: string;
  readonly manifest: Manifest;
  readonly config: string;
  readonly command: string;
  /** What the terminal shows. */
  readonly numbers: NumbersTable;
  readonly systems: readonly SystemResult[];
  readonly watched: readonly WatchedSystem[];
}

type About = Pick<ReplayPage, 'config' | 'command'>;

export async function replayReport(page: ReplayPage): Promise<ReportModel> {
  const { title, manifest, config, command, numbers, systems, watched } = page;
  const about = { config, command };
  const undrawn = [
    timelineOf(watched[0]!, about),
    tailFigure(watched, about),
    ...aroundFigure(watched, about),
    ...amplificationFigure(watched, systems, about),
    ...stallFigure(watched, about),
    distanceFigure(watched, about),
    spaceFigure(watched, about),
  ];
  const figures: ReportFigure[] = [];
  for (const figure of undrawn) figures.push(await ownFigure(figure));
  figures.splice(2, 0, ...(await explainedFigures(systems, config, command)));
  return { title, manifest, notices: [], numbers, scoreboard: [], parameters: [], overview: [], figures };
}

const guestLane = 'guest requests';
const lockLane = 'hypervisor lock';

function timelineOf({ name, world, watch }: WatchedSystem, about: About): Undrawn {
  const end = Math.max(world.kernel.now, 1);
  const requests = laneOf(watch.timeline, guestLane);
  const inFlight = concurrency(
    requests.map(({ from }) => from),
    requests.map(({ to }) => to),
    requests.length,
    end,
    trackWindows,
  );
  return timelineFigure(`${name} over time`, watch, end, [{ title: 'In flight\n(requests)', samples: inFlight }], about);
}

function tailFigure(watched: readonly WatchedSystem[], about: About): Undrawn {
  const samples = watched.map(({ name, world }) => {
    const { counts } = world.disk.latency.histogram;
    const buckets = Array.from({ length: Histogram.buckets }, (_, i) => i).filter((i) => counts[i]! > 0);
    return {
      series: name,
      values: buckets.map((i) => (Histogram.lowerBound(i) + Histogram.lowerBound(i + 1)) / 2 / 1e6),
      counts: buckets.map((i) => counts[i]!),
    };
  });
  const series = watched.map(({ name }) => name);
  return {
    id: 'latency-tail',
    title: 'Tail of latency',
    caption: 'The share of requests that took longer, from arrival to completion; latencies are known to within 1/64.',
    spec: latencyTail({ description: 'Complementary cumulative distribution of latency', series }, samples),
    points: tableOf(
      [
        ['system', '', 'The system'],
        ['latencyMs', 'ms', 'Middle of a bucket'],
        ['requests', '1', 'Requests in it'],
      ],
      samples.flatMap(({ series: system, values, counts }) => values.map((latencyMs, i) => ({ system, latencyMs, requests: counts[i]! }))),
    ),
    ...about,
  };
}

/** Nothing where no snapshot was taken. */
function aroundFigure(watched: readonly WatchedSystem[], about: About): Undrawn[] {
  const runs = watched.flatMap(({ name, watch }) => {
    const slices = laneOf(watch.timeline, guestLane);
    const instantsS = slices.filter((slice) => slice.name === 'snapshot').map(({ from }) => from / second);
    const requests = slices.filter((slice) => slice.name !== 'snapshot');
    if (instantsS.length === 0) return [];
    return [
      {
        series: name,
        doneS: requests.map(({ to }) => to / second),
        latencyMs: requests.map(({ from, to }) => (to - from) / 1e6),
        instantsS,
      },
    ];
  });
  if (runs.length === 0) return [];
  const longest = Math.max(...watched.map(({ world }) => world.kernel.now)) / second;
  const beforeS = Math.min(10, longest / 4);
  return [
    {
      id: 'around-snapshots',
      title: 'Around the snapshots',
      caption:
        'Requests done and their latency before and after the request for a snapshot: means over all snapshots of the run, with 95 % intervals.',
      spec: aroundInstant(
        {
          description: 'Throughput and latency around snapshots',
          series: runs.map(({ series }) => series),
          instant: 'snapshot',
          beforeS,
          afterS: beforeS,
          windowS: beforeS / 20,
        },
        runs,
      ),
      points: tableOf(
        [
          ['system', '', 'The system'],
          ['snapshotS', 's', 'When a snapshot was asked for'],
        ],
        runs.flatMap(({ series: system, instantsS }) => instantsS.map((snapshotS) => ({ system, snapshotS }))),
      ),
      ...about,
    },
  ];
}

/** Nothing where no guest wrote. */
function amplificationFigure(watched: readonly WatchedSystem[], systems: readonly SystemResult[], about: About): Undrawn[] {
  const layers = ["the guest's data", 'copies and padding within it', 'metadata', 'copies on their own'];
  const writing = watched.filter((_, i) => systems[i]!.writeAmplification !== null);
  if (writing.length === 0) return [];
  const writes = writing.flatMap(({ name: system, world }) => {
    const { guestBytesWritten, dataBytesBeyondGuest, metadataBytesWritten, copyBytes } = world.disk.traffic;
    const bytes = [guestBytesWritten, dataBytesBeyondGuest, metadataBytesWritten, copyBytes];
    return layers.map((layer, i) => ({ system, layer, bytes: bytes[i]! }));
  });
  const guestBytes = Object.fromEntries(
    writing.map(({ name, world }) => [
      name,
      world.disk.traffic.bytesWritten / systems.find(({ system }) => system === name)!.writeAmplification!,
    ]),
  );
  return [
    {
      id: 'write-amplification',
      title: 'Write amplification',
      caption: 'Bytes that the host wrote for each byte that the guest wrote, by what they were for.',
      spec: writeAmplification(
        { description: 'Bars of bytes written by layer', systems: writing.map(({ name }) => name), layers, guestBytes },
        writes,
      ),
      points: tableOf(
        [
          ['system', '', 'The system'],
          ['layer', '', 'What was written'],
          ['bytes', 'B', 'How much'],
        ],
        writes,
      ),
      ...about,
    },
  ];
}

/** Nothing where the lock was never held. */
function stallFigure(watched: readonly WatchedSystem[], about: About): Undrawn[] {
  const samples = watched.flatMap(({ name, world, watch }) => {
    const durationsMs = laneOf(watch.timeline, lockLane).flatMap(({ from, to }) => (to > from ? [(to - from) / 1e6] : []));
    return durationsMs.length === 0 ? [] : [{ series: name, durationsMs, overS: world.kernel.now / second }];
  });
  if (samples.length === 0) return [];
  return [
    {
      id: 'stalls',
      title: "Stalls of the hypervisor's main loop",
      caption: "How often a minute the hypervisor's lock was held at least so long: everything of the machine waits meanwhile.",
      spec: stalls({ description: 'Rate of stalls by their length', series: samples.map(({ series }) => series) }, samples),
      points: tableOf(
        [
          ['system', '', 'The system'],
          ['ms', 'ms', 'Length of a stall'],
        ],
        samples.flatMap(({ series: system, durationsMs }) => durationsMs.map((ms) => ({ system, ms }))),
      ),
      ...about,
    },
  ];
}

function distanceFigure(watched: readonly WatchedSystem[], about: About): Undrawn {
  const samples = watched.map(({ name, watch }) => {
    const places = watch.place.subarray(0, watch.ios);
    const distances = Array.from(places.subarray(1), (place, i) => (place - places[i]!) / 1e6);
    return { series: name, values: distances.length === 0 ? [0] : distances };
  });
  return {
    id: 'seek-distances',
    title: 'Distances on the drive',
    caption: "How far it is from the first sector of an I/O to that of the next, in the order of the drive's service.",
    spec: seekDistances(
      { description: 'Cumulative distribution of distances', series: samples.map(({ series }) => series), unit: 'MB', least: 0.001 },
      samples,
    ),
    points: tableOf(
      [
        ['system', '', 'The system'],
        ['MB', 'MB', 'Distance, with its direction'],
      ],
      samples.flatMap(({ series: system, values }) => values.slice(0, 5000).map((MB) => ({ system, MB }))),
    ),
    ...about,
  };
}

function spaceFigure(watched: readonly WatchedSystem[], about: About): Undrawn {
  const samples = watched.flatMap(({ name, watch }) => watch.space.map(({ at, bytes }) => ({ series: name, atS: at / second, bytes })));
  return {
    id: 'space',
    title: 'Space over time',
    caption: 'What the image takes up on the host.',
    spec: spaceOverTime({ description: 'Bytes allocated over time', series: watched.map(({ name }) => name) }, samples, []),
    points: tableOf(
      [
        ['series', '', 'The system'],
        ['atS', 's', 'When'],
        ['bytes', 'B', 'Allocated'],
      ],
      samples,
    ),
    ...about,
  };
}
