import { type Site, startSite } from './site.js';

let started: Promise<Site> | undefined;

/** The one installation and browser of a test run. It is gone when the run ends. */
export async function sharedSite(): Promise<Site> {
  started ??= startSite();
  return await started;
}

// Loaded with a file of tests, this belongs to the whole run.
after(async () => {
  await (await started)?.stop();
});
