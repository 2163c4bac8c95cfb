import assert from 'node:assert/strict';
import * as jobTitles from '../../migrations/035-job-titles.js';
import { engines } from '../support/app.js';
import { useOpened } from '../support/opened.js';
import { JobScene } from './counting.js';

for (const engine of engines) {
  describe(`the migration of job titles on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));

    it('keeps the titles of existing jobs, up and down', async () => {
      const { knex } = scene.app.db;
      const id = await scene.start();
      const titles = async (): Promise<readonly string[]> => [
        (await scene.process().jobs.find(scene.marie, id)).titleKey,
        ...(await knex('jobs').where({ id }).pluck<string[]>('title_key')),
      ];
      const before = await titles();

      await jobTitles.down(knex);
      assert.deepEqual(await knex('jobs').where({ id }).pluck('words'), before.slice(1));
      await jobTitles.up(knex);
      assert.deepEqual(await titles(), before);
      assert.deepEqual(before, ['jobs.title', 'jobs.title']);
    });
  });
}
