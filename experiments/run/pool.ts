/**
 * Runs tasks on worker threads. Results come back in the order of the tasks, whatever the number of workers, so what is
 * made of them does not depend on it.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export const defaultWorkers = (): number => Math.max(1, availableParallelism());

/**
 * @param script the worker's module: it answers each message {index, task} with {index, result} or {index, error}
 * @param onDone called as results arrive, with how many there are
 * @throws the first error that a task reports; the workers are ended
 */
export async function runTasks<Task, Result>(
  script: URL,
  tasks: readonly Task[],
  workers: number,
  onDone: (done: number) => void,
): Promise<Result[]> {
  const results = new Array<Result>(tasks.length);
  let next = 0;
  let done = 0;
  const threads = Array.from({ length: Math.min(workers, tasks.length) }, () => new Worker(script));
  const work = (thread: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        if (next >= tasks.length) resolve();
        else {
          const index = next++;
          thread.postMessage({ index, task: tasks[index] });
        }
      };
      thread.on('message', (message: { index: number; result?: Result; error?: Error }) => {
        if (message.error !== undefined) {
          reject(message.error);
          return;
        }
        results[message.index] = message.result as Result;
        onDone(++done);
        give();
      });
      thread.on('error', reject);
      thread.on('exit', (code) => {
        if (code !== 0) reject(new Error(`a worker ended with status ${code}`));
      });
      give();
    });
  try {
    await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return results;
}
