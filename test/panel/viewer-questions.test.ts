import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { StorageUnavailableError } from '../../plugin/errors.js';
import { answerQuestions, panelBehind } from '../../plugin/panel/viewer-questions.js';
import type { Caller, MailReader, Panel } from '../../plugin/panel/panel.js';
import { loadManifest } from '../../plugin/manifest.js';
import { operator } from '../../plugin/viewing/operator.js';

const caller: Caller = { accountId: 7, actorId: 3, origin: '198.51.100.7' };

/** The answer that a thread gets from such a panel. */
async function asked(viewerOf: Panel['viewerOf']): ReturnType<Panel['viewerOf']> {
  const { port1: host, port2: thread } = new MessageChannel();
  answerQuestions(host, { viewerOf, readerOf: async () => undefined });
  try {
    return await panelBehind(thread).viewerOf(caller);
  } finally {
    host.close();
  }
}

/** The reader that a thread is told of. */
async function askedForReader(reader: MailReader | undefined): Promise<MailReader | undefined> {
  const { port1: host, port2: thread } = new MessageChannel();
  const readerOf = async (id: number) => (id === 7 ? reader : undefined);
  answerQuestions(host, { viewerOf: async () => undefined, readerOf });
  try {
    return await panelBehind(thread).readerOf(7);
  } finally {
    host.close();
  }
}

describe('questions about viewers from a thread', () => {
  const viewer = operator(loadManifest().permissions);

  it('are answered by the panel, which receives the caller', async () => {
    let told: Caller | undefined;
    const answer = await asked(async (given) => {
      told = given;
      return viewer;
    });
    assert.deepEqual([told, answer], [caller, viewer]);
    assert.equal(await asked(async () => undefined), undefined);
  });

  it('are answered about an account’s address and language', async () => {
    const reader = { address: 'anna@people.example', locale: 'fr' } as const;
    assert.deepEqual(await askedForReader(reader), reader);
    assert.equal(await askedForReader(undefined), undefined);
  });

  it('fail with the panel’s error, and distinguish an outage', async () => {
    const outage = new StorageUnavailableError('errors.unavailable');
    await assert.rejects(
      asked(() => Promise.reject(outage)),
      StorageUnavailableError,
    );
    const failing = asked(() => Promise.reject(new Error('unforeseen')));
    await assert.rejects(failing, /unforeseen/);
  });

  it('fail when the panel’s viewer is not plain data', async () => {
    const withFunction = Object.assign({ sees: () => true }, viewer);
    await assert.rejects(
      asked(async () => withFunction),
      /could not be cloned/,
    );
  });
});
