import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../support/child.js';
import type { JobScene } from './counting.js';

const longestLifeMs = 300;
const leastLeft = 1000;

interface Progress {
  readonly done: number;
  readonly left: number;
}

/** Processes that run a scene's jobs when told to, and are killed at random moments. */
export class KilledProcesses {
  readonly #scene: JobScene;
  readonly #start: () => Child;
  readonly #started = new Set<Child>();

  /** @param start starts one, which prints `ready`, and works when it is sent a line. */
  constructor(scene: JobScene, start: () => Child) {
    this.#scene = scene;
    this.#start = start;
  }

  /** Kills one while it works, then another, and lets the last one finish. @param add adds jobs. */
  async killOften(kills: number, add: () => Promise<void>, least = leastLeft): Promise<void> {
    let next = this.#ready();
    for (let killed = 0; killed < kills; killed += 1) {
      const child = await next;
      // The next one starts while this one works.
      next = this.#ready();
      await this.#scene.endLeases();
      const { done, left } = await this.progress();
      if (left < least) {
        await add();
      }
      go(child);
      await child.until(async () => (await this.progress()).done > done);
      await sleep(Math.random() * longestLifeMs);
      await this.#kill(child);
    }
    await this.#scene.endLeases();
    await this.whileOneWorks(async () => {}, await next);
  }

  /** Lets one work meanwhile, and then to the end. */
  async whileOneWorks(meanwhile: () => Promise<void>, child?: Child): Promise<void> {
    const last = child ?? (await this.#ready());
    go(last);
    await meanwhile();
    await last.until(async () => (await this.#jobs()).every(({ state }) => state === 'done'));
    await this.#kill(last);
  }

  async progress(): Promise<Progress> {
    const rows: { done: number; total: number }[] = await this.#jobs();
    const done = rows.reduce((sum, row) => sum + row.done, 0);
    return { done, left: rows.reduce((sum, row) => sum + row.total, 0) - done };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#started].map((child) => child.kill()));
  }

  async #jobs(): Promise<{ state: string; done: number; total: number }[]> {
    return await this.#scene.app.db.knex('jobs').orderBy('id').select('state', 'done', 'total');
  }

  async #ready(): Promise<Child> {
    const child = this.#start();
    this.#started.add(child);
    await child.prints(/ready/);
    return child;
  }

  async #kill(child: Child): Promise<void> {
    assert.ok(!child.hasEnded, `it was still at work: ${child.errors}`);
    await child.kill();
    this.#started.delete(child);
  }
}

function go(child: Child): void {
  child.process.stdin?.write('go\n');
}
