import { once } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { storageUnavailable } from '../database/failures.js';
import { StorageUnavailableError } from '../errors.js';
import type { Panel } from './panel.js';
import { tell } from '../runtime/threads.js';

/** Knows what an account may do, and where its mail goes. */
type Judge = Pick<Panel, 'viewerOf' | 'readerOf'>;

interface Asked {
  readonly method: keyof Judge;
  readonly argument: unknown;
}

interface Question extends Asked {
  readonly replyTo: MessagePort;
}

type Answer<Given = unknown> =
  | { readonly given: Given }
  | { readonly reason: string; readonly isOutage: boolean };

/** Answers a thread that asks this process's panel about viewers. */
export function answerQuestions(thread: Worker | MessagePort, panel: Judge): void {
  thread.on('message', ({ replyTo, ...asked }: Question) => void reply(asked, replyTo, panel));
}

async function reply(
  { method, argument }: Asked,
  replyTo: MessagePort,
  panel: Judge,
): Promise<void> {
  try {
    const given: unknown = await Reflect.apply(panel[method], panel, [argument]);
    tell(replyTo, { given } satisfies Answer);
  } catch (error) {
    const isOutage = storageUnavailable(error) !== undefined;
    tell(replyTo, { reason: String(error), isOutage } satisfies Answer);
  }
}

/** The panel of the process that started this thread, which asks it through `port`. */
export function panelBehind(port: MessagePort): Judge {
  return {
    viewerOf: (caller) => ask(port, { method: 'viewerOf', argument: caller }),
    readerOf: (accountId) => ask(port, { method: 'readerOf', argument: accountId }),
  };
}

async function ask<Given>(port: MessagePort, asked: Asked): Promise<Given | undefined> {
  const { port1: answers, port2: replyTo } = new MessageChannel();
  const answered = once(answers, 'message');
  tell(port, { ...asked, replyTo } satisfies Question, [replyTo]);
  const [answer]: Answer<Given>[] = await answered;
  answers.close();
  if (answer === undefined || 'given' in answer) {
    return answer?.given;
  }
  throw answer.isOutage
    ? new StorageUnavailableError('errors.unavailable', answer.reason)
    : new Error(answer.reason);
}
