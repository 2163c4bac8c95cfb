import { removeExpired } from './database/expiry.js';
import { type Installation, type Running, sealedIn } from './feature.js';
import { type Features, startFeatures } from './features.js';
import { followChanges } from './mail-server/follow-changes.js';
import { settle } from './runtime/settle.js';
import { lostKeyIds } from './secrets/sealed-columns.js';

const sweepEveryMs = 10 * 60 * 1000;

/** Starts background work while a panel runs: the features' own, sweeping, and following other processes' changes. */
export async function startWork(
  installation: Installation,
  features: Features,
): Promise<Required<Running>> {
  const { changes, maps } = installation;
  await warnOfLostKeys(installation);
  const started = await startFeatures(features, installation);
  const following = followChanges(changes, maps.followEveryMs);
  const sweeping = sweep(installation);
  return {
    finish: () => started.finish(),
    async stop() {
      clearInterval(sweeping);
      await settle([() => started.stop(), () => following.stop()]);
    },
  };
}

async function warnOfLostKeys({ db, secrets, registered, log }: Installation): Promise<void> {
  const keyIds = await lostKeyIds(db.knex, secrets, sealedIn(registered));
  if (keyIds.length > 0) {
    log.warn({ keyIds }, 'stored passwords are encrypted with keys that are not in the key file');
  }
}

function sweep({ db, registered, log }: Installation): NodeJS.Timeout {
  const expiring = registered.flatMap(({ expires = [] }) => expires);
  const work = (): void => {
    removeExpired(db, expiring).catch((error: unknown) =>
      log.warn({ err: error }, 'could not delete expired rows'),
    );
  };
  return setInterval(work, sweepEveryMs).unref();
}
