import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { RateLimits } from '../../../plugin/web/rate-limits.js';
import { Scene } from './scene.js';
import { useOpened } from '../../support/opened.js';
import { confirmationsWith } from './confirmations-with.js';

describe('the confirmation of an SMTP server while another process writes', () => {
  const scene = useOpened(() => Scene.open('sqlite'));

  /** Lets another process start to write once the limits have been counted. */
  class LimitsBeforeOthers extends RateLimits {
    override async use(...counted: Parameters<RateLimits['use']>): Promise<void> {
      await super.use(...counted);
      const { location } = scene.app.db;
      if (counted[0].name === 'confirmation-account' && location.engine === 'sqlite') {
        writeFor(250, location.file);
      }
    }
  }

  it('waits for its transaction', async () => {
    const { app, marie } = scene;
    const confirmations = confirmationsWith(app, new LimitsBeforeOthers(app.db));
    const id = await scene.addInternal(marie);
    const { failure } = await confirmations.send(marie, id, 'en');
    assert.equal(failure, 'address-forbidden');
  });
});

function writeFor(ms: number, file: string): void {
  const other = new Sqlite(file);
  other.exec('BEGIN IMMEDIATE');
  setTimeout(() => {
    other.exec('COMMIT');
    other.close();
  }, ms);
}
