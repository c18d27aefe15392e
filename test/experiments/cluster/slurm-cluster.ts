/** A real Slurm of two nodes on this machine, in a folder of its own: started, a node of it killed, and stopped. Needs to be root. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const nodes = ['n1', 'n2'] as const;

export class SlurmCluster {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'snapsim-slurm-'));
  private readonly munge = path.join(this.folder, 'munge');
  /** What every client needs to find this cluster and no other. */
  readonly env: NodeJS.ProcessEnv = { ...process.env, SLURM_CONF: path.join(this.folder, 'slurm.conf') };

  /** Starts all daemons; ready when both nodes are idle. */
  async start(): Promise<void> {
    chmodSync(this.folder, 0o755);
    for (const name of ['state', 'run', 'log', 'munge', ...nodes.map((node) => `spool/${node}`)])
      mkdirSync(path.join(this.folder, name), { recursive: true });
    await this.startMunge();
    const ports = await freePorts(3);
    writeFileSync(this.env['SLURM_CONF']!, configuration(this.folder, ports));
    this.daemon('slurmctld');
    for (const node of nodes) this.startNode(node);
    await until('both nodes are idle', 60, () => this.ask('sinfo', '--noheader', '--Node', '--format', '%T').trim() === 'idle\nidle');
  }

  startNode(node: (typeof nodes)[number]): void {
    this.daemon('slurmd', '-N', node);
  }

  /** Ends a node's daemon, its jobs and what watches over them, as a power cut would. Answers how many processes that were. */
  killNode(node: (typeof nodes)[number]): number {
    const jobs = processesWith(`SLURM_CONF=${this.env['SLURM_CONF']!}`, `SLURMD_NODENAME=${node}`);
    const watchers = jobs.map(parentOf).filter((pid) => nameOf(pid) === 'slurmstepd');
    const all = new Set([this.pidOf(`slurmd-${node}`)!, ...watchers, ...jobs]);
    for (const pid of all) kill(pid);
    return all.size;
  }

  /** What a client of Slurm prints. */
  ask(program: string, ...words: string[]): string {
    return spawnSync(program, words, { env: this.env, encoding: 'utf8', timeout: 20_000 }).stdout;
  }

  /** Waits until no job waits or runs. */
  drained(seconds: number): Promise<void> {
    return until('the queue is empty', seconds, () => this.ask('squeue', '--noheader').trim() === '');
  }

  async stop(): Promise<void> {
    this.ask('scontrol', 'shutdown');
    await until('the controller is gone', 20, () => !isAlive(this.pidOf('slurmctld'))).catch(() => {});
    for (const name of ['slurmctld', ...nodes.map((node) => `slurmd-${node}`)]) kill(this.pidOf(name));
    for (const pid of processesWith(`SLURM_CONF=${this.env['SLURM_CONF']!}`)) if (pid !== process.pid) kill(pid);
    kill(pidIn(path.join(this.munge, 'munged.pid')));
    await sleep(200);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async startMunge(): Promise<void> {
    const key = path.join(this.munge, 'key');
    writeFileSync(key, randomBytes(128), { mode: 0o400 });
    run('chown', '-R', 'munge:munge', this.munge);
    const place = (name: string): string => path.join(this.munge, name);
    const files = [
      `--key-file=${key}`,
      `--socket=${place('munge.sock')}`,
      `--pid-file=${place('munged.pid')}`,
      `--log-file=${place('log')}`,
    ];
    run('setpriv', '--reuid=munge', '--regid=munge', '--clear-groups', 'munged', ...files, `--seed-file=${place('seed')}`);
    await until('munge answers', 10, () => existsSync(place('munge.sock')));
  }

  private daemon(program: string, ...words: string[]): void {
    spawn(program, [...words, '-f', this.env['SLURM_CONF']!], { env: this.env, stdio: 'ignore', detached: true }).unref();
  }

  private pidOf(name: string): number | null {
    return pidIn(path.join(this.folder, 'run', `${name}.pid`));
  }
}

function configuration(folder: string, [controller, ...ports]: readonly number[]): string {
  const host = hostname().split('.')[0]!;
  const at = (name: string): string => path.join(folder, name);
  return [
    'ClusterName=snapsim',
    `SlurmctldHost=${host}(127.0.0.1)`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${at('munge/munge.sock')}`,
    'CommunicationParameters=NoCtldInAddrAny,NoInAddrAny',
    `SlurmctldPort=${controller}`,
    `StateSaveLocation=${at('state')}`,
    `SlurmdSpoolDir=${at('spool/%n')}`,
    `SlurmctldPidFile=${at('run/slurmctld.pid')}`,
    `SlurmdPidFile=${at('run/slurmd-%n.pid')}`,
    `SlurmctldLogFile=${at('log/slurmctld.log')}`,
    `SlurmdLogFile=${at('log/slurmd-%n.log')}`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SwitchType=switch/none',
    'MpiDefault=none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SchedulerType=sched/backfill',
    'SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0',
    'ReturnToService=2',
    'MaxArraySize=10001',
    'JobRequeue=1',
    'SlurmdTimeout=8',
    'KillWait=5',
    'AccountingStorageType=accounting_storage/none',
    'JobAcctGatherType=jobacct_gather/none',
    'JobCompType=jobcomp/none',
    ...nodes.map((node, i) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=1 RealMemory=500`),
    `PartitionName=local Nodes=${nodes.join(',')} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}

/** Asks until it is so. Throws Error where it is not in time. */
export async function until(what: string, seconds: number, isSo: () => boolean): Promise<void> {
  for (let waited = 0; waited < seconds * 1000; waited += 200) {
    if (isSo()) return;
    await sleep(200);
  }
  throw new Error(`it did not come about within ${seconds} s that ${what}`);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function run(program: string, ...words: string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr}`);
}

const pidIn = (file: string): number | null => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : null);
const isAlive = (pid: number | null): boolean => pid !== null && existsSync(`/proc/${pid}`);

function kill(pid: number | null): void {
  if (pid === null || !isAlive(pid)) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Processes with all of these in their environment. */
const processesWith = (...settings: readonly string[]): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      const environment = Number.isInteger(pid) ? contentOf(pid, 'environ').split('\0') : [];
      return settings.every((setting) => environment.includes(setting));
    });

const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(contentOf(pid, 'status'))?.[1] ?? 0);
const nameOf = (pid: number): string => contentOf(pid, 'comm').trim();

/** A file of /proc; empty where the process has ended. */
function contentOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
