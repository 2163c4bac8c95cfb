import { once } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { storageUnavailable } from '../database/failures.js';
import { StorageUnavailableError } from '../errors.js';
import type { Caller, Panel } from './panel.js';
import { tell } from '../runtime/threads.js';
import type { Viewer } from '../viewing/viewer.js';

/** Decides what an account may do. */
type Judge = Pick<Panel, 'viewerOf'>;

interface Question {
  readonly caller: Caller;
  readonly replyTo: MessagePort;
}

type Answer =
  | { readonly viewer: Viewer | undefined }
  | { readonly reason: string; readonly isOutage: boolean };

/** Answers a thread that asks this process's panel about viewers. */
export function answerQuestions(thread: Worker | MessagePort, panel: Judge): void {
  thread.on('message', ({ caller, replyTo }: Question) => void reply(caller, replyTo, panel));
}

async function reply(caller: Caller, replyTo: MessagePort, panel: Judge): Promise<void> {
  try {
    tell(replyTo, { viewer: await panel.viewerOf(caller) } satisfies Answer);
  } catch (error) {
    const isOutage = storageUnavailable(error) !== undefined;
    tell(replyTo, { reason: String(error), isOutage } satisfies Answer);
  }
}

/** The panel of the process that started this thread, which asks it through `port`. */
export function panelBehind(port: MessagePort): Judge {
  return {
    async viewerOf(caller) {
      const { port1: answers, port2: replyTo } = new MessageChannel();
      const answered = once(answers, 'message');
      tell(port, { caller, replyTo } satisfies Question, [replyTo]);
      const [answer]: Answer[] = await answered;
      answers.close();
      return viewerIn(answer);
    },
  };
}

function viewerIn(answer: Answer | undefined): Viewer | undefined {
  if (answer === undefined || 'viewer' in answer) {
    return answer?.viewer;
  }
  throw answer.isOutage
    ? new StorageUnavailableError('errors.unavailable', answer.reason)
    : new Error(answer.reason);
}
