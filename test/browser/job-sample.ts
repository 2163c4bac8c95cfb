import type { App } from '../../plugin/app.js';

export interface JobIds {
  /** A running job. */
  readonly job: number;
  /** A finished job with refused rows. */
  readonly endedJob: number;
}

interface Owner {
  readonly id: number;
  readonly login: string;
}

const at = Date.UTC(2024, 4, 6, 8, 15);
const isRelay = {
  key: 'smtp-servers.errors.is-relay',
  args: { title: 'Facturation', domains: 'boulangerie-morel.example' },
};

/** A job that stays running, and one that has ended. */
export async function fillJobs(app: App, owner: Owner, reseller: Owner): Promise<JobIds> {
  const add = async (columns: object): Promise<number> => {
    const [id] = await app.db.knex('jobs').insert({
      kind: 'previews.apply',
      title_key: 'smtp-servers.selected.remove.job',
      owner_id: owner.id,
      reseller_id: reseller.id,
      actor: owner.login,
      origin: '198.51.100.7',
      group_id: 'sample',
      payload: '{"preview":0,"title":"smtp-servers.selected.remove.job"}',
      total: 4000,
      created_at: at,
      ...columns,
    });
    return Number(id);
  };
  return {
    job: await add({
      state: 'running',
      done: 1200,
      result: JSON.stringify({ changed: 1200, unchanged: 0, refused: 0, refusals: [] }),
      claim: 'sample',
      lease_until: Date.now() + 24 * 3600 * 1000,
    }),
    endedJob: await add({
      state: 'done',
      done: 4000,
      result: JSON.stringify({
        changed: 3998,
        unchanged: 1,
        refused: 1,
        refusals: [{ subject: 'Facturation', ...isRelay }],
      }),
      finished_at: at,
    }),
  };
}
