/**
 * Runs tasks on worker threads, in the order given. A task that fails, or takes its thread down with it, is an outcome like any other:
 * the rest go on. What is made of the outcomes does not depend on the number of workers, as each comes with the task's number.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export const defaultWorkers = (): number => Math.max(1, availableParallelism());

/** What became of a task: its result, or one sentence. */
export type Outcome<Result> = { readonly result: Result } | { readonly error: string };

/**
 * @param script the worker's module: it answers each message {index, task} with {index, result} or {index, error}, an error as a text
 * @param onOutcome called once for each task, as outcomes arrive; what it throws ends all
 */
export async function runTasks<Task, Result>(
  script: URL,
  tasks: readonly Task[],
  workers: number,
  onOutcome: (index: number, outcome: Outcome<Result>) => void,
): Promise<void> {
  let next = 0;
  let isOver = false;
  const threads = new Set<Worker>();
  const start = (): Worker => {
    const thread = new Worker(script);
    threads.add(thread);
    return thread;
  };
  const hand = (thread: Worker): Handed<Result> | null => {
    if (next >= tasks.length) return null;
    const index = next++;
    return { index, answer: answerOf<Result>(thread, { index, task: tasks[index] }) };
  };
  const work = async (): Promise<void> => {
    let thread = start();
    for (let handed = hand(thread); handed !== null;) {
      const { index } = handed;
      const answer = await handed.answer;
      // The threads were ended, and nobody waits for what this one was at.
      if (isOver) return;
      const isLost = answer === 'ended' || 'crash' in answer;
      if (isLost) {
        threads.delete(thread);
        thread = start();
      }
      // The thread goes on while the outcome is seen to.
      handed = hand(thread);
      if (!isLost) onOutcome(index, answer);
      else
        onOutcome(index, { error: answer === 'ended' ? 'its worker ended without an answer' : `its worker broke down: ${answer.crash}` });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, work));
  } finally {
    isOver = true;
    await Promise.all([...threads].map((thread) => thread.terminate()));
  }
}

/** A task that a thread is at. */
interface Handed<Result> {
  readonly index: number;
  readonly answer: Promise<Answer<Result>>;
}

type Answer<Result> = Outcome<Result> | { readonly crash: string } | 'ended';

/** Hands a task to a thread and waits for the answer, an uncaught error (such as no memory left), or the thread's end. */
function answerOf<Result>(thread: Worker, message: { readonly index: number; readonly task: unknown }): Promise<Answer<Result>> {
  return new Promise((resolve) => {
    const settle = (answer: Answer<Result>): void => {
      thread.off('message', settle).off('error', crash).off('exit', end);
      resolve(answer);
    };
    const crash = (error: Error): void => settle({ crash: error.message });
    const end = (): void => settle('ended');
    thread.on('message', settle).on('error', crash).on('exit', end);
    thread.postMessage(message);
  });
}
