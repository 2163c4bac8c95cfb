import type { EngineName } from '../../../plugin/database/engine.js';
import { type Installation, startInstallation } from './installation.js';

const shared = new Map<EngineName, Promise<Installation>>();

/** One installation per engine, started at the first call and closed after all tests. */
export async function sharedInstallation(engine: EngineName): Promise<Installation> {
  const installation = shared.get(engine) ?? startInstallation(engine);
  shared.set(engine, installation);
  return await installation;
}

after('close the shared mail installations', async () => {
  await Promise.all([...shared.values()].map(async (each) => (await each).close()));
  shared.clear();
});
